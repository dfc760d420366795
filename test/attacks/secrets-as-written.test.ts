import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JourneyView } from '../../src/journeys/step.ts'
import { parameter, refusals, step } from '../journeys/seen.ts'
import { authorizeUrl, openBrowser, verifier } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import {
  basic,
  clientCredentials,
  introspect,
  obtainTokens,
  post,
  redeem,
  refresh,
  revoke,
  userinfo,
} from '../support/token.ts'
import { otherSecret, world } from '../support/world.ts'

/** How the log and journeys write down what may be a secret; that they hold none is searched in `secrets-search.test.ts`. */

const named = { client_id: 'a-client-with-a-name-as-long-as-any-secret', grant_types: ['client_credentials'] }
let server: TestServer
beforeAll(async () => {
  const [, , , , , , , job] = world.clients
  const users = [
    ...world.users,
    {
      ...world.users[1],
      login: 'carol',
      claims: { display: 'hidden-claim-of-carol', account: 'IBAN-of-carol', department: 'Blood bank' },
    },
  ]
  server = await startServer({
    document: { ...world, users, clients: [...world.clients, { ...job, ...named }] },
    config: { log_level: 'trace' },
  })
})
afterAll(() => server.close())

const journeyOf = async (reference: string): Promise<JourneyView> => {
  const journey = (await server.journeys.journey(reference)) ?? (await server.journeys.find(reference))?.journey
  if (!journey) throw new Error('no journey')
  return journey
}
const latest = async () => journeyOf((await server.journeys.list({ limit: 1 })).journeys[0]?.id ?? '')
/** All that anybody could be shown. */
const everything = async () => {
  const { journeys } = await server.journeys.list({ limit: 200 })
  return JSON.stringify([journeys, await Promise.all(journeys.map(({ id }) => journeyOf(id)))])
}

describe('what journeys never show', () => {
  test('id and secret swapped, in Basic and in the form', async () => {
    await clientCredentials(server.issuer, {}, basic(otherSecret, 'other-web'))
    expect(parameter(step(await latest(), 'POST /token'), 'client_id')).toEqual({
      name: 'client_id',
      length: otherSecret.length,
    })
    await post(`${server.issuer}/token`, {
      grant_type: 'client_credentials',
      client_id: otherSecret,
      client_secret: 'other-web',
    })
    await openBrowser().get(authorizeUrl(server.issuer, { client_id: otherSecret }))
    expect(await latest()).toMatchObject({ outcome: { kind: 'refused', reason: 'client-unknown-at-authorize' } })
    await openBrowser().get(`${server.issuer}/logout?client_id=${otherSecret}`)
    await introspect(server.issuer, 'x', otherSecret, 'other-web')
    expect(await everything()).not.toContain(otherSecret)
  })

  test('though a client that is there is named, however long its name is', async () => {
    const { client_id } = named
    await clientCredentials(server.issuer, {}, basic(client_id))
    const journey = await latest()
    expect(journey.client_id).toBe(client_id)
    expect(parameter(step(journey, 'POST /token'), 'client_id')).toEqual({ name: 'client_id', value: client_id })
  })

  test('a name and password in front of a host', async () => {
    const userinfo = ['alice', 'pass-in-a-uri', 'x'.repeat(3000)]
    for (const it of userinfo) {
      const redirect_uri = `https://alice:${it}pass-in-a-uri@evil.example/cb`
      await openBrowser().get(authorizeUrl(server.issuer, { redirect_uri, resource: redirect_uri }))
      await openBrowser().get(
        `${server.issuer}/logout?${new URLSearchParams({ post_logout_redirect_uri: redirect_uri, client_id: 'web' })}`,
      )
    }
    const all = await everything()
    expect(all).not.toContain('pass-in-a-uri')
    expect(all).toContain('://…@evil.example')
  })

  test('what userinfo told of a person, under whatever name', async () => {
    const browser = openBrowser()
    const page = await browser.get(
      authorizeUrl(server.issuer, {
        claims: JSON.stringify({ userinfo: { display: null, account: null, department: null } }),
      }),
    )
    const consent = await browser.submit(page, '/sign-in', { login: 'carol', password: 'correct horse battery staple' })
    const back = await browser.submit(consent, '/consent', { consent: 'allow' })
    const { body } = await redeem(server.issuer, back.location?.searchParams.get('code') ?? '')
    expect((await userinfo(server.issuer, String(body['access_token']))).body).toMatchObject({
      account: 'IBAN-of-carol',
    })
    const all = await everything()
    for (const hidden of ['hidden-claim-of-carol', 'IBAN-of-carol', 'Blood bank', 'bob@example.com'])
      expect(all).not.toContain(hidden)
    const answer = (await latest()).steps.findLast(it => it.from === 'resource_server')
    expect(answer?.parameters).toContainEqual({ name: 'account' })
  })

  test.each([
    ['the verifier in place of the challenge, by plain', { code_challenge: verifier, code_challenge_method: 'plain' }],
    ['with no method', { code_challenge: verifier, code_challenge_method: undefined }],
    ['with S256 and no digest', { code_challenge: `${verifier}.`, code_challenge_method: 'S256' }],
  ])('a code_challenge that may be the verifier: %s', async (_how, changes) => {
    await openBrowser().get(
      authorizeUrl(server.issuer, {
        client_id: 'when-sent',
        redirect_uri: 'http://127.0.0.1:5003/callback',
        ...changes,
      }),
    )
    const shown = parameter(step(await latest(), 'GET /authorize'), 'code_challenge')
    expect(shown).toEqual({ name: 'code_challenge', length: changes.code_challenge.length })
  })
})

describe('a stranger’s attempt at another’s token', () => {
  test('is part of the journey of whose it is, and of nobody else’s', async () => {
    const tokens = await obtainTokens(server.issuer)
    const journey_id = (await latest()).id
    const before = (await server.journeys.list({ limit: 200 })).journeys.length
    const stranger = basic('other-web', otherSecret)
    await post(`${server.issuer}/token`, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }, stranger)
    await post(`${server.issuer}/revoke`, { token: tokens.refresh_token }, stranger)
    await post(`${server.issuer}/introspect`, { token: tokens.refresh_token }, stranger)
    const journey = await journeyOf(journey_id)
    // Whoever asked: it is the journey of the client that the authorization was given to.
    expect(journey.client_id).toBe('web')
    expect((await server.journeys.list({ limit: 200 })).journeys).toHaveLength(before)
    const attempts = journey.steps.filter(it => it.parameters?.some(({ value }) => value === 'other-web'))
    expect(attempts.map(it => it.what)).toEqual(['POST /token', 'POST /revoke', 'POST /introspect'])
    expect(attempts[0] && refusals(attempts[0])).toEqual(['refresh-token-of-another'])
    // And the stranger is told what anybody is told who made a token up.
    const answers = await Promise.all(
      [tokens.refresh_token, `${tokens.refresh_token.slice(0, -4)}AAAA`].map(refresh_token =>
        post(`${server.issuer}/token`, { grant_type: 'refresh_token', refresh_token }, stranger),
      ),
    )
    expect(answers[0]?.body).toEqual(answers[1]?.body)
    expect((await refresh(server.issuer, tokens.refresh_token)).status).toBe(200)
  })
})

/** The lines that were logged meanwhile. */
async function logged(happens: () => Promise<unknown>): Promise<readonly string[]> {
  const before = server.log.length
  await happens()
  return server.log.slice(before)
}

/** Of the lines about refusals, beside those that say what was answered. */
const reasonsOf = (lines: readonly string[]) =>
  lines.map(line => (JSON.parse(line) as Record<string, unknown>)['reason']).filter(reason => reason !== undefined)

describe('what strangers send is in the log as what it is, never as it was', () => {
  test('id and secret swapped, in Basic and in the form', async () => {
    const lines = await logged(async () => {
      await clientCredentials(server.issuer, {}, basic(otherSecret, 'other-web'))
      await post(`${server.issuer}/token`, { grant_type: 'x', client_id: otherSecret, client_secret: 'other-web' })
      await introspect(server.issuer, 'x', otherSecret, 'other-web')
      await openBrowser().get(authorizeUrl(server.issuer, { client_id: otherSecret }))
    })
    expect(reasonsOf(lines)).toEqual([
      'client-unknown',
      'client-unknown',
      'client-unknown',
      'client-unknown-at-authorize',
    ])
    expect(lines.join('')).not.toContain(otherSecret)
    expect(lines.join('')).toContain(`(${otherSecret.length} characters)`)
  })

  test('but a short name that nobody has is there to be read', async () => {
    const lines = await logged(() => clientCredentials(server.issuer, {}, basic('jbo')))
    expect(lines.join('')).toContain('"client_id":"jbo"')
  })

  test.each(['https://alice:hunter2hunter2@evil.example/cb', `https://alice:${'hunter2'.repeat(400)}@evil.example/cb`])(
    'a name and password in a redirect URI',
    async redirect_uri => {
      const lines = await logged(async () => {
        await openBrowser().get(authorizeUrl(server.issuer, { redirect_uri }))
        const params = new URLSearchParams({ client_id: 'web', post_logout_redirect_uri: redirect_uri })
        await openBrowser().get(`${server.issuer}/logout?${params}`)
      })
      expect(reasonsOf(lines)).toEqual(['redirect-uri-mismatch', 'logout-redirect-mismatch'])
      expect(lines.join('')).not.toContain('hunter2')
      expect(lines.join('')).toContain('evil.example')
    },
  )

  test.each([
    ['a client_id', () => clientCredentials(server.issuer, {}, basic('x'.repeat(30_000)))],
    ['a client_id in a form', () => post(`${server.issuer}/token`, { grant_type: 'x', client_id: 'x'.repeat(99_000) })],
    ['a scope', () => clientCredentials(server.issuer, { scope: 'x'.repeat(99_000) })],
    ['scopes', () => clientCredentials(server.issuer, { scope: 'xyz '.repeat(24_000).trim() })],
    [
      'many scopes',
      () => clientCredentials(server.issuer, { scope: Array.from({ length: 14_000 }, (_, at) => `s${at}`).join(' ') }),
    ],
    [
      'a resource',
      () => clientCredentials(server.issuer, { resource: `https://api.example.com/${'x'.repeat(90_000)}` }),
    ],
    ['a grant_type', () => post(`${server.issuer}/token`, { grant_type: 'x'.repeat(99_000) }, basic('job'))],
    ['a token', () => revoke(server.issuer, 'x'.repeat(99_000))],
    [
      'the name of a parameter',
      () =>
        post(`${server.issuer}/token`, [
          ['x'.repeat(45_000), '1'],
          ['x'.repeat(45_000), '2'],
        ]),
    ],
    [
      'a request for authorization',
      () =>
        openBrowser().post(`${server.issuer}/authorize`, {
          ...Object.fromEntries(new URL(authorizeUrl(server.issuer)).searchParams),
          scope: 'x'.repeat(45_000),
          redirect_uri: `https://evil.example/${'x'.repeat(45_000)}`,
        }),
    ],
  ])('%s of 99 kB makes no line that is longer than a screen', async (_what, attack) => {
    const lines = await logged(attack)
    expect(Math.max(0, ...lines.map(line => line.length))).toBeLessThan(20_000)
    expect(lines.join('')).not.toMatch(/x{600}/)
  })
})
