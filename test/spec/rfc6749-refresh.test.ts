import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, isAlive, obtainTokens, post, refresh } from '../support/token.ts'
import { api, secret } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

test('RFC 6749 §6: a refresh token buys another access token, for the same user and scope', async () => {
  const first = await obtainTokens(server.issuer)
  server.clock.pass(100)
  const { status, body } = await refresh(server.issuer, first.refresh_token)
  expect(status).toBe(200)
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: first.scope })
  const [before, after] = [decodeJwt(first.access_token), decodeJwt(String(body['access_token']))]
  expect(after).toMatchObject({
    sub: before.sub,
    aud: before.aud,
    auth_time: before['auth_time'],
    iat: server.clock.now(),
  })
  expect(after.jti).not.toBe(before.jti)
})

test('RFC 6749 §6: a narrower scope may be asked for, and the next refresh has all of it again', async () => {
  const tokens = await obtainTokens(server.issuer)
  const narrow = await refresh(server.issuer, tokens.refresh_token, { scope: 'profile:read' })
  expect(narrow.body['scope']).toBe('profile:read')
  expect(decodeJwt(String(narrow.body['access_token']))).toMatchObject({ scope: 'profile:read', aud: api })
  expect(narrow.body).not.toHaveProperty('id_token')
  const wide = await refresh(server.issuer, String(narrow.body['refresh_token']))
  expect(wide.body['scope']).toBe(tokens.scope)
})

test('RFC 6749 §6: a scope that was taken from the client is not given again', async () => {
  const tokens = await obtainTokens(server.issuer, { client_id: 'web' })
  const { store } = server.data
  const client = await store.client('web')
  if (!client) throw new Error('no client')
  const put = (scope: string) => store.applyChanges([{ kind: 'put_client', client: { ...client, scope } }], 0)
  await put('openid offline_access')
  const { body } = await refresh(server.issuer, tokens.refresh_token)
  await put(client.scope)
  expect(body['scope']).toBe('openid offline_access')
})

test('RFC 8707 §2.2: an API that was taken from the client gets no more tokens', async () => {
  const tokens = await obtainTokens(server.issuer)
  const { store } = server.data
  const client = await store.client('web')
  if (!client) throw new Error('no client')
  const put = (audiences: readonly string[]) =>
    store.applyChanges(
      [{ kind: 'put_client', client: { ...client, grantwise: { ...client.grantwise, audiences } } }],
      0,
    )
  await put([])
  const refused = await refresh(server.issuer, tokens.refresh_token)
  await put(client.grantwise.audiences)
  expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_target' } })
  expect((await refresh(server.issuer, tokens.refresh_token)).status).toBe(200)
})

test('RFC 6749 §6: the client proves itself again', async () => {
  const { refresh_token } = await obtainTokens(server.issuer)
  const send = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    post(`${server.issuer}/token`, { grant_type: 'refresh_token', refresh_token, ...fields }, headers)
  expect((await send({ client_id: 'web' })).body.error).toBe('invalid_client')
  expect((await send({}, basic('web', 'wrong'))).body.error).toBe('invalid_client')
  // Some libraries send the secret in the body here, and by Basic elsewhere; redirect_uri is none of ours.
  const redirect_uri = 'http://127.0.0.1:5001/callback'
  expect((await send({ client_id: 'web', client_secret: secret, redirect_uri })).status).toBe(200)
})

test('RFC 6749 §5.2: a disabled account gets nothing for its refresh token', async () => {
  const { refresh_token, access_token } = await obtainTokens(server.issuer)
  await server.apply({ users: [{ login: 'alice', disabled: true }] })
  const refused = await refresh(server.issuer, refresh_token)
  const alive = await isAlive(server.issuer, access_token)
  await server.apply({ users: [{ login: 'alice', disabled: false }] })
  expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(alive).toBe(false)
})

test('RFC 6749 §6: after a restart the refresh token is as good as before', async () => {
  const { refresh_token, access_token } = await obtainTokens(server.issuer)
  server = await server.restart()
  const { status, body } = await refresh(server.issuer, refresh_token)
  expect(status).toBe(200)
  expect(await isAlive(server.issuer, access_token)).toBe(true)
  expect(await isAlive(server.issuer, String(body['access_token']))).toBe(true)
})
