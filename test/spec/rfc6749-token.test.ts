import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials, obtainCode, obtainTokens, post, redeem } from '../support/token.ts'
import { api } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const token = (fields: Record<string, string>, headers = basic('web')) =>
  post(`${server.issuer}/token`, fields, headers)

test('RFC 6749 §5.1: a code buys an access token, with how long it lives and for what', async () => {
  const { status, headers, body } = await redeem(server.issuer, await obtainCode(server.issuer))
  expect(status).toBe(200)
  expect(headers.get('content-type')).toMatch(/^application\/json\b/)
  expect(body).toEqual({
    access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'openid profile email offline_access profile:read',
    refresh_token: expect.any(String),
    id_token: expect.any(String),
  })
})

test('RFC 6749 §5.1: tokens and errors are no-store', async () => {
  for (const { headers } of [await redeem(server.issuer, await obtainCode(server.issuer)), await token({})]) {
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('pragma')).toBe('no-cache')
  }
})

test('RFC 9068 §2: the access token is an at+jwt that says for whom, by whom and from whom it is', async () => {
  const { access_token, id_token } = await obtainTokens(server.issuer)
  expect(decodeProtectedHeader(access_token)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) })
  const now = server.clock.now()
  expect(decodeJwt(access_token)).toEqual({
    iss: server.issuer,
    sub: decodeJwt(id_token).sub,
    aud: [api, server.issuer],
    client_id: 'web',
    exp: now + 3600,
    iat: now,
    jti: expect.stringMatching(/^[0-9a-v]{20}\.[\w-]{43}$/),
    scope: 'openid profile email offline_access profile:read',
    auth_time: now,
    acr: 'urn:grantwise:acr:password',
    amr: ['pwd'],
  })
})

test('OIDC Core §11: without offline_access there is no refresh token', async () => {
  const tokens = await obtainTokens(server.issuer, { scope: 'openid profile:read' })
  expect(tokens).not.toHaveProperty('refresh_token')
})

test('OIDC Core §3.1.3.3: without openid there is no ID Token', async () => {
  const tokens = await obtainTokens(server.issuer, { scope: 'profile:read' })
  expect(tokens).not.toHaveProperty('id_token')
  expect(decodeJwt(tokens.access_token).aud).toBe(api)
})

test('RFC 6749 §4.1.2: a code lives a minute', async () => {
  const [early, late] = [await obtainCode(server.issuer), await obtainCode(server.issuer)]
  server.clock.pass(59)
  expect((await redeem(server.issuer, early)).status).toBe(200)
  server.clock.pass(1)
  expect(await redeem(server.issuer, late)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
})

test('OAuth 2.1 (draft) §10.2: PKCE stands in for an absent redirect_uri', async () => {
  const code = await obtainCode(server.issuer)
  expect((await redeem(server.issuer, code, { redirect_uri: '' })).status).toBe(200)
})

test('RFC 6749 §4.1.3: without PKCE the redirect_uri must be sent', async () => {
  const redirect_uri = 'http://127.0.0.1:5003/callback'
  const changes = { client_id: 'when-sent', redirect_uri, code_challenge: undefined, code_challenge_method: undefined }
  const code = await obtainCode(server.issuer, changes)
  const send = (more: Record<string, string>) =>
    token({ grant_type: 'authorization_code', code, ...more }, basic('when-sent'))
  expect((await send({})).body.error).toBe('invalid_request')
  expect((await send({ redirect_uri })).status).toBe(200)
})

test.each([
  ['no grant_type', {}, 'invalid_request'],
  ['an unknown grant_type', { grant_type: 'other' }, 'unsupported_grant_type'],
  ['the password grant', { grant_type: 'password', username: 'alice', password: 'x' }, 'unsupported_grant_type'],
  ['a grant_type of another client', { grant_type: 'client_credentials' }, 'unauthorized_client'],
  ['no code', { grant_type: 'authorization_code' }, 'invalid_request'],
  ['a code that never was', { grant_type: 'authorization_code', code: 'x' }, 'invalid_grant'],
  ['no refresh_token', { grant_type: 'refresh_token' }, 'invalid_request'],
  ['a refresh_token that never was', { grant_type: 'refresh_token', refresh_token: 'x.y' }, 'invalid_grant'],
])('RFC 6749 §5.2: %s is %j answered 400 %s', async (_what, fields, error) => {
  const answer = await token(fields)
  expect(answer).toMatchObject({ status: 400, body: { error } })
  expect(Object.keys(answer.body)).toEqual(['error', 'error_description', 'error_uri'])
  expect(answer.body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
})

test('RFC 6749 §4.4: a client gets a token for itself, and neither refresh nor ID token', async () => {
  const { status, body } = await clientCredentials(server.issuer, { scope: 'catalog:read' })
  expect(status).toBe(200)
  expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type'])
  const claims = decodeJwt(String(body['access_token']))
  expect(claims).toMatchObject({ sub: 'job', client_id: 'job', aud: api, scope: 'catalog:read', iss: server.issuer })
  expect(claims).not.toHaveProperty('auth_time')
})

test('RFC 6749 §4.4: a scope that needs a user is not for a client acting for itself', async () => {
  expect((await clientCredentials(server.issuer)).body['scope']).toBe('catalog:read')
  expect((await clientCredentials(server.issuer, { scope: 'profile:read catalog:read' })).body['scope']).toBe(
    'catalog:read',
  )
  expect((await clientCredentials(server.issuer, { scope: 'profile:read' })).body.error).toBe('invalid_scope')
  expect((await clientCredentials(server.issuer, { scope: 'openid' })).body.error).toBe('invalid_scope')
})

test('RFC 6749 §4.4: a public client cannot act for itself', async () => {
  const answer = await clientCredentials(server.issuer, { client_id: 'spa' }, {})
  expect(answer).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } })
})

test('RFC 6749 §5.2: a disabled account gets nothing for its code, not even once it is enabled again', async () => {
  const code = await obtainCode(server.issuer, {}, openBrowser())
  await server.apply({ users: [{ login: 'alice', disabled: true }] })
  expect((await redeem(server.issuer, code)).body.error).toBe('invalid_grant')
  await server.apply({ users: [{ login: 'alice', disabled: false }] })
  expect((await redeem(server.issuer, code)).body.error).toBe('invalid_grant')
})
