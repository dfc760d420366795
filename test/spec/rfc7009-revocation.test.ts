import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import {
  basic,
  clientCredentials,
  codeFields,
  introspect,
  isAlive,
  obtainCode,
  obtainTokens,
  post,
  refresh,
  revoke,
  userinfo,
} from '../support/token.ts'
import { opaqueApi, otherSecret } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

test.each(['access_token', 'refresh_token'] as const)(
  'RFC 7009 §2.1: revoking the %s ends everything of its authorization',
  async kind => {
    const tokens = await obtainTokens(server.issuer)
    const untouched = await obtainTokens(server.issuer)
    expect((await revoke(server.issuer, tokens[kind])).status).toBe(200)
    for (const token of [tokens.access_token, tokens.refresh_token])
      expect(await isAlive(server.issuer, token)).toBe(false)
    expect((await userinfo(server.issuer, tokens.access_token)).status).toBe(401)
    expect((await refresh(server.issuer, tokens.refresh_token)).body.error).toBe('invalid_grant')
    expect(await isAlive(server.issuer, untouched.access_token)).toBe(true)
  },
)

test('RFC 7009 §2.2: the answer is 200 with JSON, also the second time and for what never was', async () => {
  const { refresh_token } = await obtainTokens(server.issuer)
  for (const token of [refresh_token, refresh_token, 'unknown', 'a.b.c', '☃']) {
    const { status, headers, body } = await revoke(server.issuer, token)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^application\/json\b/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toEqual({})
  }
})

test('RFC 7009 §2.1: a client that proves nothing revokes nothing', async () => {
  const { access_token } = await obtainTokens(server.issuer)
  const ask = (fields: Record<string, string>, headers = {}) =>
    post(`${server.issuer}/revoke`, { token: access_token, ...fields }, headers)
  for (const answer of [await ask({}), await ask({ client_id: 'web' }), await ask({}, basic('web', 'wrong'))]) {
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  }
  expect(await isAlive(server.issuer, access_token)).toBe(true)
})

test('RFC 7009 §2.1: a public client revokes its own tokens', async () => {
  const redirect_uri = 'http://127.0.0.1:5004/callback'
  const code = await obtainCode(server.issuer, { client_id: 'spa', redirect_uri })
  const { body } = await post(`${server.issuer}/token`, codeFields(code, { redirect_uri, client_id: 'spa' }))
  const token = String(body['refresh_token'])
  expect((await post(`${server.issuer}/revoke`, { token, client_id: 'spa' })).status).toBe(200)
  expect((await userinfo(server.issuer, String(body['access_token']))).status).toBe(401)
})

test('RFC 7009 §2.1: a token must be sent', async () => {
  expect(await post(`${server.issuer}/revoke`, {}, basic('web'))).toMatchObject({
    status: 400,
    body: { error: 'invalid_request' },
  })
})

test('DESIGN §3: a JWT that a client has for itself is revoked alone', async () => {
  const [one, two] = [await clientCredentials(server.issuer), await clientCredentials(server.issuer)]
  const token = String(one.body['access_token'])
  expect((await introspect(server.issuer, token, 'job')).body['active']).toBe(true)
  expect((await post(`${server.issuer}/revoke`, { token }, basic('job'))).status).toBe(200)
  expect((await introspect(server.issuer, token, 'job')).body).toEqual({ active: false })
  expect((await introspect(server.issuer, token, 'api-server')).body).toEqual({ active: false })
  expect((await introspect(server.issuer, String(two.body['access_token']), 'job')).body['active']).toBe(true)
})

test('RFC 7009 §2.1: opaque tokens are revoked too, with their authorization where they have one', async () => {
  const own = await clientCredentials(server.issuer, { resource: opaqueApi }, basic('opaque-job'))
  const token = String(own.body['access_token'])
  await post(`${server.issuer}/revoke`, { token }, basic('opaque-job'))
  expect((await introspect(server.issuer, token, 'opaque-job')).body).toEqual({ active: false })

  const redirect_uri = 'http://127.0.0.1:5002/callback'
  const code = await obtainCode(server.issuer, { client_id: 'other-web', redirect_uri, resource: opaqueApi })
  const auth = basic('other-web', otherSecret)
  const { body } = await post(`${server.issuer}/token`, codeFields(code, { redirect_uri }), auth)
  await post(`${server.issuer}/revoke`, { token: String(body['access_token']) }, auth)
  const again = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) }
  expect((await post(`${server.issuer}/token`, again, auth)).body.error).toBe('invalid_grant')
})

test('RFC 7009 §2.1: a revocation outlives a restart', async () => {
  const { access_token } = await obtainTokens(server.issuer)
  const own = String((await clientCredentials(server.issuer)).body['access_token'])
  await revoke(server.issuer, access_token)
  await post(`${server.issuer}/revoke`, { token: own }, basic('job'))
  server = await server.restart()
  expect(await isAlive(server.issuer, access_token)).toBe(false)
  expect((await introspect(server.issuer, own, 'job')).body).toEqual({ active: false })
})
