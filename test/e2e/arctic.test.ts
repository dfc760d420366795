import { CodeChallengeMethod, decodeIdToken, generateCodeVerifier, generateState, OAuth2Client } from 'arctic'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, sentBack } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { secret } from '../support/world.ts'

const scopes = ['openid', 'profile', 'offline_access', 'profile:read', 'catalog:read']
const redirect_uri = 'http://127.0.0.1:5003/callback'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const at = (path: string) => `${server.issuer}${path}`

/** The generic client of the library, for one registered with `pkce: when_sent`. */
const app = () => new OAuth2Client('when-sent', secret, redirect_uri)

async function codeOf(url: URL, state: string): Promise<string> {
  const { searchParams } = await sentBack(openBrowser(), url.href)
  expect(searchParams.get('state')).toBe(state)
  return searchParams.get('code') ?? ''
}

async function logIn(client: OAuth2Client) {
  const state = generateState()
  const url = client.createAuthorizationURL(at('/authorize'), state, scopes)
  return client.validateAuthorizationCode(at('/token'), await codeOf(url, state), null)
}

describe('a client registered with pkce: when_sent', () => {
  test('RFC 6749 §4.1: logs in without PKCE', async () => {
    const tokens = await logIn(app())
    expect(tokens.tokenType()).toBe('Bearer')
    expect(tokens.scopes()).toEqual(scopes)
    expect(tokens.accessTokenExpiresInSeconds()).toBe(3600)
    expect(decodeIdToken(tokens.idToken())).toMatchObject({ iss: server.issuer, aud: 'when-sent', name: 'Alice' })
  })

  test('RFC 7636 §4.6: logs in with PKCE, and is then held to it', async () => {
    const client = app()
    const state = generateState()
    const verifier = generateCodeVerifier()
    const method = CodeChallengeMethod.S256
    const url = client.createAuthorizationURLWithPKCE(at('/authorize'), state, method, verifier, scopes)
    const code = await codeOf(url, state)
    await expect(client.validateAuthorizationCode(at('/token'), code, null)).rejects.toMatchObject({
      code: 'invalid_grant',
    })
    const tokens = await client.validateAuthorizationCode(at('/token'), code, verifier)
    expect(tokens.hasRefreshToken()).toBe(true)
  })

  test('RFC 6749 §6, RFC 7009: refreshes, narrows, and revokes', async () => {
    const client = app()
    const first = await logIn(client)
    const second = await client.refreshAccessToken(at('/token'), first.refreshToken(), [])
    expect(second.refreshToken()).not.toBe(first.refreshToken())
    const narrow = await client.refreshAccessToken(at('/token'), second.refreshToken(), ['catalog:read'])
    expect(narrow.scopes()).toEqual(['catalog:read'])
    await client.revokeToken(at('/revoke'), narrow.refreshToken())
    const after = client.refreshAccessToken(at('/token'), narrow.refreshToken(), [])
    await expect(after).rejects.toMatchObject({ code: 'invalid_grant' })
  })

  test('RFC 6749 §5.2: a wrong secret is invalid_client', async () => {
    const client = new OAuth2Client('when-sent', 'wrong', redirect_uri)
    const refused = client.refreshAccessToken(at('/token'), 'unknown', [])
    await expect(refused).rejects.toMatchObject({ code: 'invalid_client' })
  })
})

describe('a public client', () => {
  const spa = () => new OAuth2Client('spa', null, 'http://127.0.0.1:5004/callback')

  test('RFC 7636: logs in with PKCE, and refreshes by its name alone', async () => {
    const state = generateState()
    const verifier = generateCodeVerifier()
    const method = CodeChallengeMethod.S256
    const url = spa().createAuthorizationURLWithPKCE(at('/authorize'), state, method, verifier, scopes)
    const tokens = await spa().validateAuthorizationCode(at('/token'), await codeOf(url, state), verifier)
    const renewed = await spa().refreshAccessToken(at('/token'), tokens.refreshToken(), [])
    expect(renewed.hasRefreshToken()).toBe(true)
  })

  test('RFC 9700 §2.1.1: never without PKCE', async () => {
    const url = spa().createAuthorizationURL(at('/authorize'), generateState(), scopes)
    const { searchParams } = await sentBack(openBrowser(), url.href)
    expect(searchParams.get('error')).toBe('invalid_request')
  })
})
