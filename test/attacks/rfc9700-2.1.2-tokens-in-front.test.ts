import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorize, authorizeUrl, type Browser, challenge, openBrowser, type Page } from '../support/browser.ts'
import { fieldsOf } from '../support/form.ts'
import { hybridClient, implicitClient, withRetired } from '../support/retired-clients.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { secret, world } from '../support/world.ts'
import { loopbackTricks } from './redirect-tricks.ts'

let server: TestServer
/** Alice, who is signed in and has agreed to everything. */
let victim: Browser
beforeAll(async () => {
  server = await startServer({ document: withRetired(world), config: { allow: ['implicit', 'hybrid'] } })
  victim = openBrowser()
  for (const { asks, types } of [implicit, hybrid]) {
    await authorize(victim, authorizeUrl(server.issuer, { ...asks, response_type: types[0] }))
  }
})
afterAll(() => server.close())

const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
const implicit = { asks: implicitClient.asks, types: ['token', 'id_token', 'id_token token'] } as const
const hybrid = {
  asks: { ...hybridClient.asks, ...pkce },
  types: ['code id_token', 'code token', 'code id_token token'],
} as const
const everyType = [...implicit.types, ...hybrid.types]
const asksFor = (response_type: string) => (response_type.startsWith('code') ? hybrid : implicit).asks
const url = (response_type: string, changes: Record<string, string | undefined> = {}) =>
  authorizeUrl(server.issuer, { ...asksFor(response_type), response_type, ...changes })

/** What would be worth having. */
const treasures = ['access_token', 'id_token', 'code']
const paramsOf = ({ location, html }: Page) =>
  location ? new URLSearchParams(location.hash.slice(1)) : new URLSearchParams(fieldsOf(html))
const hasTreasure = (page: Page) => treasures.some(name => paramsOf(page).has(name))

describe.each(everyType)('RFC 9700 §2.1.2: %s', response_type => {
  test('is nothing that a client can be made to take that is not registered for it', async () => {
    const clients = {
      web: 'http://127.0.0.1:5001/callback',
      spa: 'http://127.0.0.1:5004/callback',
      native: 'com.example.app:/callback',
      // Nor one that may have other tokens in front.
      ...(response_type.startsWith('code')
        ? { 'old-spa': implicitClient.asks.redirect_uri }
        : { 'old-web': hybridClient.asks.redirect_uri }),
    }
    const before = countRows(server.data_dir)
    for (const [client_id, redirect_uri] of Object.entries(clients)) {
      for (const spelling of [response_type, response_type.split(' ').reverse().join(' ')]) {
        const { location } = await victim.get(url(spelling, { client_id, redirect_uri, ...pkce }))
        const params = new URLSearchParams(location?.hash.slice(1))
        expect([client_id, params.get('error')]).toEqual([client_id, 'unauthorized_client'])
        expect(treasures.filter(name => params.has(name))).toEqual([])
      }
    }
    expect(countRows(server.data_dir)).toEqual(before)
  })

  test.each(['query', 'QUERY', 'fragment query', 'none'])('never comes by response_mode %s', async response_mode => {
    const page = await victim.get(url(response_type, { response_mode }))
    expect(page).toMatchObject({ status: 400, location: undefined })
    // Where no page may be shown, the error goes where tokens would have gone, and nothing goes in a query.
    const { location } = await victim.get(url(response_type, { response_mode, prompt: 'none' }))
    expect(location?.search).toBe('')
    expect(location?.hash).toMatch(/^#error=invalid_request&/)
    expect(location?.hash).not.toMatch(/(code|token)=/)
  })

  test('§4.2: comes where no server, no Referer and no cache reads it', async () => {
    const page = await victim.get(url(response_type))
    expect(page.location?.search).toBe('')
    expect(hasTreasure(page)).toBe(true)
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    const form = await victim.get(url(response_type, { response_mode: 'form_post' }))
    expect(hasTreasure(form)).toBe(true)
    expect(form.headers.get('cache-control')).toBe('no-store')
  })

  test('§4.4, RFC 9207 §2: says whose it is, once, as its errors do', async () => {
    for (const changes of [{}, { scope: 'unknown' }, { response_mode: 'form_post' }]) {
      const params = paramsOf(await victim.get(url(response_type, { state: 'x&iss=https://evil.example', ...changes })))
      expect(params.getAll('iss')).toEqual([server.issuer])
      expect(params.get('state')).toBe('x&iss=https://evil.example')
    }
  })

  test('DESIGN §5 rule 5: is given once for a page, however often that is sent', async () => {
    const page = await victim.get(url(response_type, { prompt: 'consent' }))
    const allow = () => victim.submit(page, '/consent', { consent: 'allow' })
    const answers = await Promise.all([allow(), allow(), allow(), allow()])
    expect(answers.filter(hasTreasure)).toHaveLength(1)
    expect(hasTreasure(await allow())).toBe(false)
  })
})

const { redirect_uri } = implicitClient.asks
const tricks = loopbackTricks(Number(new URL(redirect_uri).port), '/callback')

test.each(tricks)('RFC 9700 §4.1.2: a token goes to no address that is not registered: %s, %j', async (_what, uri) => {
  for (const changes of [{}, { prompt: 'none', scope: 'unknown' }, { response_mode: 'form_post' }]) {
    const page = await victim.get(url('id_token token', { redirect_uri: uri, ...changes }))
    expect(page).toMatchObject({ status: 400, location: undefined })
    expect(page.html).not.toMatch(/name="(access|id)_token"|eyJ/)
  }
})

describe('RFC 9700 §4.5, §4.6: what came in front is put together with what came for somebody else', () => {
  const asked = async (login: string, nonce: string) => {
    const page = await authorize(openBrowser(), url('code id_token', { nonce, state: 'state-1' }), login)
    return new URL(`${hybridClient.asks.redirect_uri}#${page}`)
  }
  const checks = (expectedNonce: string) => ({ expectedNonce, expectedState: 'state-1' })

  test('OIDC Core §3.3.2.10: the c_hash of an ID Token is that of no other code', async () => {
    const config = await client.discovery(new URL(server.issuer), 'old-web', secret, undefined, {
      execute: [client.allowInsecureRequests, client.useCodeIdTokenResponseType],
    })
    const [own, stolen] = [await asked('bob', 'of-bob'), await asked('alice', 'of-alice')]
    const injected = new URL(own)
    const params = new URLSearchParams(own.hash.slice(1))
    params.set('code', new URLSearchParams(stolen.hash.slice(1)).get('code') ?? '')
    injected.hash = params.toString()
    await expect(client.authorizationCodeGrant(config, injected, checks('of-bob'))).rejects.toMatchObject({
      cause: { message: expect.stringContaining('c_hash') },
    })
    // And the whole of another's answer is known by its nonce.
    await expect(client.authorizationCodeGrant(config, stolen, checks('of-bob'))).rejects.toMatchObject({
      cause: { message: expect.stringContaining('nonce') },
    })
  })
})
