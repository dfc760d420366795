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
  userinfo,
} from '../support/token.ts'
import { otherSecret, world } from '../support/world.ts'

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
  server = await startServer({ document: { ...world, users, clients: [...world.clients, { ...job, ...named }] } })
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
