import { createHash } from 'node:crypto'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { codeFields, obtainCode, obtainTokens, post, refresh } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

test('OIDC Core §2: the ID Token says who, when, how, for whom, and in which session', async () => {
  const { id_token } = await obtainTokens(server.issuer)
  const now = server.clock.now()
  expect(decodeJwt(id_token)).toMatchObject({
    iss: server.issuer,
    sub: expect.stringMatching(/^[\w-]{43}$/),
    aud: 'web',
    exp: now + 3600,
    iat: now,
    auth_time: now,
    nonce: 'nonce-1',
    acr: 'urn:grantwise:acr:password',
    amr: ['pwd'],
    sid: expect.stringMatching(/^[0-9a-v]{20}$/),
  })
})

test('OIDC Core §2: a session has one sid and one auth_time, another browser another', async () => {
  const browser = openBrowser()
  const first = decodeJwt((await obtainTokens(server.issuer, {}, browser)).id_token)
  server.clock.pass(100)
  const second = decodeJwt((await obtainTokens(server.issuer, {}, browser)).id_token)
  const elsewhere = decodeJwt((await obtainTokens(server.issuer)).id_token)
  expect(second).toMatchObject({ sid: first['sid'], auth_time: first['auth_time'], sub: first.sub })
  expect(elsewhere['sid']).not.toBe(first['sid'])
  expect(elsewhere.sub).toBe(first.sub)
})

test('OIDC Core §2: the cookie of the session is not in its sid', async () => {
  const browser = openBrowser()
  const { sid } = decodeJwt((await obtainTokens(server.issuer, {}, browser)).id_token)
  for (const value of browser.cookies.values()) expect(value).not.toBe(sid)
})

test.each([
  ['without a nonce', undefined],
  ['with an odd one', 'a b&c="é"'],
])('OIDC Core §3.1.2.1: the nonce comes back as sent: %s', async (_what, nonce) => {
  expect(decodeJwt((await obtainTokens(server.issuer, { nonce })).id_token)['nonce']).toBe(nonce)
})

test('OIDC Core §12.2: a refresh gives an ID Token of the same sign-in, without nonce', async () => {
  const { id_token, refresh_token } = await obtainTokens(server.issuer)
  server.clock.pass(50)
  const before = decodeJwt(id_token)
  const { body } = await refresh(server.issuer, refresh_token)
  const after = decodeJwt(String(body['id_token']))
  const { iss, sub, aud, auth_time, sid } = before
  expect(after).toMatchObject({ iss, sub, aud, auth_time, sid, iat: server.clock.now() })
  expect(after).not.toHaveProperty('nonce')
  expect(after['at_hash']).not.toBe(before['at_hash'])
})

test.each([
  ['RS256', 'sha256'],
  ['ES256', 'sha256'],
  ['EdDSA', 'sha512'],
  ['Ed25519', 'sha512'],
])('OIDC Registration §2: a client registered for %s gets ID Tokens that verify by the JWKS', async (alg, digest) => {
  const client_id = `signed-${alg}`
  const redirect_uri = 'http://127.0.0.1:5024/callback'
  await server.apply({
    clients: [
      {
        client_id,
        token_endpoint_auth_method: 'none',
        redirect_uris: [redirect_uri],
        scope: 'openid',
        id_token_signed_response_alg: alg,
        grantwise: { runs_on: 'server', acts_for: ['user'], first_party: true },
      },
    ],
  })
  const code = await obtainCode(server.issuer, { client_id, redirect_uri, scope: 'openid' })
  const { body } = await post(`${server.issuer}/token`, codeFields(code, { client_id, redirect_uri }))
  const [id_token, access_token] = [String(body['id_token']), String(body['access_token'])]
  expect(decodeProtectedHeader(id_token)).toEqual({ alg, typ: 'JWT', kid: expect.any(String) })
  const keys = createRemoteJWKSet(new URL(`${server.issuer}/.well-known/jwks.json`))
  const currentDate = new Date(server.clock.now() * 1000)
  const options = { issuer: server.issuer, audience: client_id, currentDate }
  const { payload } = await jwtVerify(id_token, keys, options)
  // OIDC Core §3.1.3.6: the left half of the hash that goes with the algorithm.
  const hash = createHash(digest).update(access_token).digest()
  expect(payload['at_hash']).toBe(hash.subarray(0, hash.length / 2).toString('base64url'))
})

test('OIDC Registration §2: without a registration it is RS256', async () => {
  const { id_token } = await obtainTokens(server.issuer)
  expect(decodeProtectedHeader(id_token).alg).toBe('RS256')
})
