import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorize, authorizeUrl, challenge, openBrowser, postedBack, sentBack, verifier } from '../support/browser.ts'
import { hybridClient, implicitClient, withRetired } from '../support/retired-clients.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, post } from '../support/token.ts'
import { secret, world } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({ document: withRetired(world), config: { allow: ['implicit', 'hybrid'] } })
})
afterAll(() => server.close())

const discover = (client_id: string, auth: client.ClientAuth) =>
  client.discovery(new URL(server.issuer), client_id, {}, auth, { execute: [client.allowInsecureRequests] })

const hybrid = (changes: Record<string, string | undefined> = {}) =>
  authorizeUrl(server.issuer, {
    ...hybridClient.asks,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    response_type: 'code id_token',
    ...changes,
  })

const redeem = (code: string) =>
  post(
    `${server.issuer}/token`,
    {
      grant_type: 'authorization_code',
      code,
      redirect_uri: hybridClient.asks.redirect_uri,
      code_verifier: verifier,
    },
    basic('old-web'),
  )

describe('OIDC Core §3.2: implicit, with openid-client', () => {
  test('its id_token is taken from the fragment and checked', async () => {
    const config = await discover('old-spa', client.None())
    client.useIdTokenResponseType(config)
    const nonce = client.randomNonce()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: implicitClient.asks.redirect_uri,
      scope: 'openid email',
      nonce,
      state: 'state-2',
    })
    const answered = await sentBack(openBrowser(), url.href)
    const claims = await client.implicitAuthentication(config, answered, nonce, { expectedState: 'state-2' })
    expect(claims).toMatchObject({ aud: 'old-spa', email: 'alice@example.com' })
  })

  test('and from a form', async () => {
    const config = await discover('old-spa', client.None())
    client.useIdTokenResponseType(config)
    const nonce = client.randomNonce()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: implicitClient.asks.redirect_uri,
      scope: 'openid',
      nonce,
      response_mode: 'form_post',
    })
    const posted = await postedBack(openBrowser(), url.href)
    expect((await client.implicitAuthentication(config, posted, nonce)).nonce).toBe(nonce)
  })
})

describe('OIDC Core §3.3: hybrid', () => {
  test('code id_token: openid-client checks c_hash, redeems the code, and compares both ID Tokens', async () => {
    const config = await discover('old-web', client.ClientSecretBasic(secret))
    client.useCodeIdTokenResponseType(config)
    const checks = { expectedNonce: client.randomNonce(), pkceCodeVerifier: client.randomPKCECodeVerifier() }
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: hybridClient.asks.redirect_uri,
      scope: 'openid offline_access',
      nonce: checks.expectedNonce,
      code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const answered = await sentBack(openBrowser(), url.href)
    const tokens = await client.authorizationCodeGrant(config, answered, checks)
    expect(tokens.claims()?.nonce).toBe(checks.expectedNonce)
    // The code brings it, by the back channel; the browser never had it.
    expect(tokens.refresh_token).toBeDefined()
  })

  test.each([
    ['code id_token', ['code', 'id_token', 'state', 'iss'], ['c_hash']],
    ['code token', ['code', 'access_token', 'token_type', 'expires_in', 'scope', 'state', 'iss'], []],
    [
      'code id_token token',
      ['code', 'access_token', 'token_type', 'expires_in', 'scope', 'id_token', 'state', 'iss'],
      ['at_hash', 'c_hash'],
    ],
  ])('%s answers with each of its words', async (response_type, names, hashes) => {
    const params = await authorize(openBrowser(), hybrid({ response_type }))
    expect([...params.keys()]).toEqual(names)
    const id_token = params.get('id_token')
    const claims = id_token === null ? {} : decodeJwt(id_token)
    expect(['at_hash', 'c_hash'].filter(it => it in claims)).toEqual(hashes)
    const { status, body } = await redeem(params.get('code') ?? '')
    expect([status, typeof body['access_token']]).toEqual([200, 'string'])
  })

  test('its words may come in any order', async () => {
    const params = await authorize(openBrowser(), hybrid({ response_type: 'token id_token code' }))
    expect([...params.keys()]).toContain('id_token')
  })

  test('RFC 9700 §2.1.1: its code is bound by PKCE as any other', async () => {
    const url = hybrid({ code_challenge: undefined, code_challenge_method: undefined, nonce: 'n' })
    const params = await authorize(openBrowser(), url)
    const answer = await redeem(params.get('code') ?? '')
    // Policy auth0 asks for a challenge when one is sent; a verifier without one is a downgrade.
    expect(answer.body.error).toBe('invalid_grant')
  })

  test('a replay of its code ends the access token that came beside it', async () => {
    const params = await authorize(openBrowser(), hybrid({ response_type: 'code token' }))
    const authorization = `Bearer ${params.get('access_token')}`
    expect((await fetch(`${server.issuer}/userinfo`, { headers: { authorization } })).status).toBe(200)
    await redeem(params.get('code') ?? '')
    expect((await redeem(params.get('code') ?? '')).body.error).toBe('invalid_grant')
    expect((await fetch(`${server.issuer}/userinfo`, { headers: { authorization } })).status).toBe(401)
  })

  test.each(['code id_token', 'code id_token token'])('%s needs a nonce (§3.3.2.11)', async response_type => {
    const params = await authorize(openBrowser(), hybrid({ response_type, nonce: undefined }))
    expect([params.get('error'), params.has('code')]).toEqual(['invalid_request', false])
  })

  test('an error goes where the tokens would have gone', async () => {
    const url = await sentBack(openBrowser(), hybrid({ scope: 'profile:read' }))
    expect(new URLSearchParams(url.hash.slice(1)).get('error')).toBe('invalid_scope')
  })
})
