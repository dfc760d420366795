import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import {
  basic,
  clientCredentials,
  codeFields,
  introspect,
  obtainCode,
  obtainTokens,
  post,
  refresh,
} from '../support/token.ts'
import { api, opaqueApi, otherSecret, world } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const inactive = { active: false }

test('RFC 7662 §2.2: a live JWT, as its own client sees it', async () => {
  const { access_token, scope } = await obtainTokens(server.issuer)
  const { sub, jti } = decodeJwt(access_token)
  const { status, headers, body } = await introspect(server.issuer, access_token)
  expect(status).toBe(200)
  expect(headers.get('cache-control')).toBe('no-store')
  expect(body).toEqual({
    active: true,
    token_type: 'Bearer',
    iss: server.issuer,
    client_id: 'web',
    sub,
    username: 'alice',
    scope,
    aud: [api, server.issuer],
    iat: server.clock.now(),
    exp: server.clock.now() + 3600,
    jti,
  })
})

test('RFC 7662 §2.2: a live opaque token says the same', async () => {
  const { body } = await clientCredentials(server.issuer, { resource: opaqueApi }, basic('opaque-job'))
  expect((await introspect(server.issuer, String(body['access_token']), 'opaque-job')).body).toEqual({
    active: true,
    token_type: 'Bearer',
    iss: server.issuer,
    client_id: 'opaque-job',
    sub: 'opaque-job',
    scope: 'catalog:read',
    aud: opaqueApi,
    iat: server.clock.now(),
    exp: server.clock.now() + 3600,
  })
})

test('RFC 7662 §2.2: a live refresh token, until it is rotated', async () => {
  const { refresh_token, scope } = await obtainTokens(server.issuer)
  const { body } = await introspect(server.issuer, refresh_token)
  expect(body).toMatchObject({ active: true, client_id: 'web', username: 'alice', scope })
  expect(body['exp']).toBe(server.clock.now() + 1_209_600)
  await refresh(server.issuer, refresh_token)
  expect((await introspect(server.issuer, refresh_token)).body).toEqual(inactive)
})

describe('RFC 7662 §2.2: a refresh token that a refresh would refuse is inactive', () => {
  const [web] = world.clients
  const withdrawn: Record<string, object> = {
    'its client may keep none any more': { ...web, grant_types: ['authorization_code'] },
    'offline_access was withdrawn': { ...web, scope: 'openid profile' },
    'its API was taken from the client': { ...web, grantwise: { ...web.grantwise, audiences: [] } },
    'its longest life was cut': { ...web, grantwise: { ...web.grantwise, refresh_max_ttl: 600 } },
  }
  test.each(Object.entries(withdrawn))('%s', async (_, client) => {
    const { refresh_token } = await obtainTokens(server.issuer)
    server.clock.pass(601)
    expect((await introspect(server.issuer, refresh_token)).body['active']).toBe(true)
    await server.apply({ clients: [client] })
    try {
      expect((await introspect(server.issuer, refresh_token)).body).toEqual(inactive)
      expect((await refresh(server.issuer, refresh_token)).status).toBe(400)
    } finally {
      await server.apply({ clients: [web] })
    }
  })

  test('and one whose scope was narrowed says what is left', async () => {
    const { refresh_token, scope } = await obtainTokens(server.issuer)
    const left = scope.split(' ').filter(it => it !== 'profile:read')
    await server.apply({ clients: [{ ...web, scope: left.join(' ') }] })
    expect((await introspect(server.issuer, refresh_token)).body['scope']).toBe(left.join(' '))
    await server.apply({ clients: [web] })
  })
})

test('DESIGN §5 rule 10: the resource server that the token is for may ask, by its client_id', async () => {
  const { access_token } = await obtainTokens(server.issuer)
  expect((await introspect(server.issuer, access_token, 'api-server')).body['active']).toBe(true)
  const own = await clientCredentials(server.issuer)
  expect((await introspect(server.issuer, String(own.body['access_token']), 'api-server')).body['active']).toBe(true)
})

test('RFC 7662 §2.1: a caller that proves nothing is refused', async () => {
  const { access_token } = await obtainTokens(server.issuer)
  const ask = (fields: Record<string, string>, headers = {}) =>
    post(`${server.issuer}/introspect`, { token: access_token, ...fields }, headers)
  for (const answer of [
    await ask({}),
    await ask({ client_id: 'spa' }),
    await ask({ client_id: 'web' }),
    await ask({}, basic('web', 'wrong')),
    await ask({}, { authorization: `Bearer ${access_token}` }),
  ]) {
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  }
})

test('RFC 7662 §2.1: a token must be sent', async () => {
  expect(await post(`${server.issuer}/introspect`, {}, basic('web'))).toMatchObject({
    status: 400,
    body: { error: 'invalid_request' },
  })
})

test.each(['x', 'a.b.c', 'ey.ey.ey', '☃', `${'0'.repeat(20)}.${'A'.repeat(43)}`])(
  'RFC 7662 §2.2: the unknown token %j is inactive, and no more is said',
  async token => {
    expect(await introspect(server.issuer, token)).toMatchObject({ status: 200, body: inactive })
  },
)

test('RFC 7662 §2.2: an expired token is inactive, to the second', async () => {
  const { access_token } = await obtainTokens(server.issuer)
  server.clock.pass(3599)
  expect((await introspect(server.issuer, access_token)).body['active']).toBe(true)
  server.clock.pass(1)
  expect((await introspect(server.issuer, access_token)).body).toEqual(inactive)
})

test('RFC 7662 §2.2: the tokens of a disabled account and of a deleted client are inactive', async () => {
  const { access_token, refresh_token } = await obtainTokens(server.issuer)
  await server.apply({ users: [{ login: 'alice', disabled: true }] })
  const disabled = [await introspect(server.issuer, access_token), await introspect(server.issuer, refresh_token)]
  await server.apply({ users: [{ login: 'alice', disabled: false }] })
  for (const { body } of disabled) expect(body).toEqual(inactive)

  const redirect_uri = 'http://127.0.0.1:5002/callback'
  const code = await obtainCode(server.issuer, { client_id: 'other-web', redirect_uri, resource: api })
  const { body } = await post(
    `${server.issuer}/token`,
    codeFields(code, { redirect_uri }),
    basic('other-web', otherSecret),
  )
  const token = String(body['access_token'])
  expect((await introspect(server.issuer, token, 'api-server')).body['active']).toBe(true)
  await server.data.store.applyChanges([{ kind: 'delete_client', client_id: 'other-web' }], server.clock.now())
  expect((await introspect(server.issuer, token, 'api-server')).body).toEqual(inactive)
})
