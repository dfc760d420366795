import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, type Browser, openBrowser, type Page, sentBack, signIn, verifier } from '../support/browser.ts'
import { fieldsOf } from '../support/form.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainTokens, redeem } from '../support/token.ts'
import { secret } from '../support/world.ts'
import { type EvilSite, startEvilSite } from './evil-site.ts'

let server: TestServer
let evil: EvilSite
/** Signed in, and agreed to everything. */
let alice: Browser
beforeAll(async () => {
  ;[server, evil] = await Promise.all([startServer(), startEvilSite()])
  alice = openBrowser()
  await obtainTokens(server.issuer, {}, alice)
})
afterAll(async () => {
  await evil?.close()
  await server?.close()
})

const checks = { expectedState: 'state-1', expectedNonce: 'nonce-1', pkceCodeVerifier: verifier }
const url = (changes: Record<string, string | undefined> = {}) => authorizeUrl(server.issuer, changes)

describe('RFC 9700 §4.4.1: an app that uses two servers, of which one is the attacker’s', () => {
  /** The app as it talks to the attacker's server, which says of itself what it likes. */
  const mixedUp = (says: Partial<client.ServerMetadata> = {}) =>
    new client.Configuration(
      {
        issuer: evil.sibling,
        authorization_endpoint: `${server.issuer}/authorize`,
        token_endpoint: `${evil.sibling}/token`,
        jwks_uri: `${evil.sibling}/jwks.json`,
        ...says,
      },
      'web',
      secret,
    )

  test.each([
    ['that says it sends iss', { authorization_response_iss_parameter_supported: true }],
    ['that says nothing of iss', {}],
  ])('with one %s: our code never goes there', async (_which, says) => {
    const config = mixedUp(says)
    client.allowInsecureRequests(config)
    const callback = await sentBack(openBrowser(), url())
    await expect(client.authorizationCodeGrant(config, callback, checks)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('iss') },
    })
    expect(evil.asked).toEqual([])
    expect((await redeem(server.issuer, callback.searchParams.get('code') ?? '')).status).toBe(200)
  })

  test('our errors are not taken for theirs either', async () => {
    const config = mixedUp()
    client.allowInsecureRequests(config)
    const { location } = await openBrowser().get(url({ prompt: 'none' }))
    if (!location) throw new Error('not sent back')
    await expect(client.authorizationCodeGrant(config, location, checks)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('iss') },
    })
    expect(evil.asked).toEqual([])
  })

  test.each([
    ['names them', () => evil.sibling],
    ['names nobody', () => undefined],
  ])('and their answer, which %s, is never taken for ours', async (_what, iss) => {
    const config = await client.discovery(new URL(server.issuer), 'web', secret, undefined, {
      execute: [client.allowInsecureRequests],
    })
    const callback = await sentBack(openBrowser(), url())
    const issuer = iss()
    if (issuer === undefined) callback.searchParams.delete('iss')
    else callback.searchParams.set('iss', issuer)
    await expect(client.authorizationCodeGrant(config, callback, checks)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('iss') },
    })
    expect((await redeem(server.issuer, callback.searchParams.get('code') ?? '')).status).toBe(200)
  })
})

/** What an answer says, however it travels. */
function answerOf({ location, html }: Page): [string, string][] {
  if (location) return [...new URLSearchParams(location.search || location.hash.slice(1))]
  return Object.entries(fieldsOf(html))
}

/** Every kind of answer, by what asks for it and what the person at it does. */
const asked = (changes: Record<string, string | undefined>) => async (mode: object) =>
  openBrowser().get(url({ ...changes, ...mode }))
const answers: Readonly<Record<string, (mode: object) => Promise<Page>>> = {
  success: mode => alice.get(url({ ...mode })),
  'success after consent': async mode => {
    const browser = openBrowser()
    const page = await signIn(browser, await browser.get(url({ prompt: 'consent', ...mode })))
    return browser.submit(page, '/consent', { consent: 'allow' })
  },
  'response_type absent': asked({ response_type: undefined }),
  'response_type unknown': asked({ response_type: 'other' }),
  'response_type implicit': asked({ response_type: 'token' }),
  'response_type hybrid': asked({ response_type: 'code id_token' }),
  'scope malformed': asked({ scope: 'openid "x"' }),
  'scope of which nothing is left': asked({ scope: 'unknown' }),
  'resource unknown': asked({ resource: 'https://unknown.example' }),
  'challenge missing': asked({ code_challenge: undefined }),
  'challenge plain': asked({ code_challenge_method: 'plain' }),
  'prompt none, with more': asked({ prompt: 'none login' }),
  'prompt none, nobody there': asked({ prompt: 'none' }),
  'prompt none, no consent': mode =>
    alice.get(url({ client_id: 'spa', redirect_uri: 'http://127.0.0.1:5004/callback', prompt: 'none', ...mode })),
  'max_age malformed': asked({ max_age: 'soon' }),
  'claims malformed': asked({ claims: '{' }),
  'acr that cannot be reached': asked({ claims: '{"id_token":{"acr":{"essential":true,"value":"gold"}}}' }),
  'id_token_hint forged': asked({ id_token_hint: 'a.b.c' }),
  'request object': asked({ request: 'eyJhbGciOiJub25lIn0.e30.' }),
  request_uri: asked({ request_uri: 'https://x.example/r' }),
  registration: asked({ registration: '{}' }),
  'secret in the URL': asked({ client_secret: 'x'.repeat(32) }),
  'sign-in cancelled': async mode => {
    const browser = openBrowser()
    return browser.submit(await browser.get(url({ ...mode })), '/sign-in', { cancel: 'yes' })
  },
  'consent denied': async mode => {
    const browser = openBrowser()
    const page = await signIn(browser, await browser.get(url({ prompt: 'consent', ...mode })))
    return browser.submit(page, '/consent', { consent: 'deny' })
  },
  'answered twice': async mode => {
    const browser = openBrowser()
    const page = await signIn(browser, await browser.get(url({ prompt: 'consent', ...mode })))
    await browser.submit(page, '/consent', { consent: 'allow' })
    return browser.submit(page, '/consent', { consent: 'allow' })
  },
}

describe('RFC 9207 §2: every answer says whose it is, once, and gives the state back', () => {
  test.each(Object.entries(answers))('%s', async (what, ask) => {
    for (const response_mode of [undefined, 'fragment', 'form_post']) {
      const answer = answerOf(await ask(response_mode === undefined ? {} : { response_mode }))
      const got = (name: string) => answer.filter(([it]) => it === name).map(([, value]) => value)
      expect([what, response_mode, got('iss'), got('state')]).toEqual([
        what,
        response_mode,
        [server.issuer],
        ['state-1'],
      ])
      expect(got(what.startsWith('success') ? 'code' : 'error')).toHaveLength(1)
    }
  })
})

test.each([
  ['state', 'x&iss=https%3A%2F%2Fevil.example'],
  ['state', 'x&iss=https://evil.example#iss=https://evil.example'],
  ['iss', 'https://evil.example'],
  ['nonce', 'x&iss=https://evil.example'],
])('RFC 9207 §2.4: no %s of a request puts another iss into its answer: %j', async (name, value) => {
  for (const mode of [{}, { response_mode: 'fragment' }, { response_mode: 'form_post' }]) {
    for (const changes of [{}, { scope: 'unknown' }]) {
      const answer = answerOf(await alice.get(url({ [name]: value, ...mode, ...changes })))
      expect(answer.filter(([it]) => it === 'iss')).toEqual([['iss', server.issuer]])
    }
  }
})
