import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import {
  basic,
  clientCredentials,
  codeFields,
  obtainCode,
  obtainTokens,
  post,
  redeem,
  refresh,
} from '../support/token.ts'
import { api, opaqueApi, otherSecret } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const other = { client_id: 'other-web', redirect_uri: 'http://127.0.0.1:5002/callback' }
const login = { client_id: 'login-only', redirect_uri: 'http://127.0.0.1:5006/callback', scope: 'openid' }

/** What the client that has two APIs is answered with. */
async function tokensOf(changes: Record<string, string | undefined>) {
  const code = await obtainCode(server.issuer, { ...other, ...changes })
  const fields = codeFields(code, { redirect_uri: other.redirect_uri })
  return (await post(`${server.issuer}/token`, fields, basic('other-web', otherSecret))).body
}
const errorOf = async (changes: Record<string, string | undefined>, more = '') => {
  const { location } = await openBrowser().get(authorizeUrl(server.issuer, changes) + more)
  return location?.searchParams.get('error')
}

test('DESIGN §7: without resource or audience the one API of the client is meant', async () => {
  const { access_token } = await obtainTokens(server.issuer, { scope: 'profile:read' })
  expect(decodeJwt(access_token).aud).toBe(api)
})

test.each(['resource', 'audience'])('RFC 8707 §2: %s names the API', async name => {
  expect(decodeJwt(String((await tokensOf({ scope: 'profile:read', [name]: api }))['access_token'])).aud).toBe(api)
  const opaque = await tokensOf({ scope: 'profile:read', [name]: opaqueApi })
  expect(opaque['access_token']).toMatch(/^[0-9a-v]{20}\.[\w-]{43}$/)
})

test('DESIGN §7: resource and audience may both be sent if they are equal', async () => {
  const { access_token } = await obtainTokens(server.issuer, { scope: 'profile:read', resource: api, audience: api })
  expect(decodeJwt(access_token).aud).toBe(api)
})

test('DESIGN §7: a client with several APIs that names none gets a token for userinfo only', async () => {
  const { access_token, scope } = await tokensOf({ scope: 'openid profile:read' })
  expect(decodeJwt(String(access_token)).aud).toBe(server.issuer)
  expect(scope).toBe('openid')
  expect(await errorOf({ ...other, scope: 'profile:read' })).toBe('invalid_scope')
})

test('DESIGN §7: a client without APIs gets a token for userinfo only', async () => {
  const code = await obtainCode(server.issuer, login)
  const fields = codeFields(code, { redirect_uri: login.redirect_uri })
  const { body } = await post(`${server.issuer}/token`, fields, basic('login-only'))
  expect(decodeJwt(String(body['access_token'])).aud).toBe(server.issuer)
})

test.each([
  ['of nobody', { resource: 'https://unknown.example.com' }, ''],
  ['of another client', { resource: opaqueApi }, ''],
  ['with a fragment', { resource: `${api}#a` }, ''],
  ['that is relative', { resource: '/api' }, ''],
  ['that differs from the audience', { resource: api, audience: opaqueApi }, ''],
  ['beside another', { resource: api }, `&resource=${encodeURIComponent(opaqueApi)}`],
  ['with a slash more', { resource: `${api}/` }, ''],
])('RFC 8707 §2: a resource %s is invalid_target', async (_what, changes, more) => {
  expect(await errorOf(changes, more)).toBe('invalid_target')
})

test('RFC 8707 §2.2: a token request may name the API that was authorized, and no other', async () => {
  const code = await obtainCode(server.issuer)
  expect((await redeem(server.issuer, code, { resource: opaqueApi })).body.error).toBe('invalid_target')
  const { body } = await redeem(server.issuer, code, { resource: api })
  expect(decodeJwt(String(body['access_token'])).aud).toEqual([api, server.issuer])
  const token = String(body['refresh_token'])
  expect((await refresh(server.issuer, token, { resource: opaqueApi })).body.error).toBe('invalid_target')
  expect((await refresh(server.issuer, token, { audience: opaqueApi })).body.error).toBe('invalid_target')
  expect((await refresh(server.issuer, token, { resource: api, audience: api })).status).toBe(200)
})

test('RFC 8707 §2.2: a token for userinfo only cannot be turned into one for an API', async () => {
  const code = await obtainCode(server.issuer, login)
  const fields = codeFields(code, { redirect_uri: login.redirect_uri, resource: api })
  expect((await post(`${server.issuer}/token`, fields, basic('login-only'))).body.error).toBe('invalid_target')
})

test('DESIGN §7: for client credentials no API, or several and none named, is invalid_target', async () => {
  expect((await clientCredentials(server.issuer, {}, basic('api-server'))).body.error).toBe('invalid_target')
  expect((await clientCredentials(server.issuer, {}, basic('opaque-job'))).body.error).toBe('invalid_target')
  expect((await clientCredentials(server.issuer, { resource: opaqueApi }, basic('opaque-job'))).status).toBe(200)
  expect((await clientCredentials(server.issuer, { resource: 'https://x.example' })).body.error).toBe('invalid_target')
  const two = [
    ['grant_type', 'client_credentials'],
    ['resource', api],
    ['resource', api],
  ] as const
  expect((await post(`${server.issuer}/token`, two, basic('job'))).body.error).toBe('invalid_target')
})

test('DESIGN §5: offline_access is dropped for an API that does not allow it', async () => {
  await server.apply({
    resource_servers: [
      {
        audience: 'https://online.example.com',
        name: 'Online API',
        allow_offline_access: false,
        scopes: { 'catalog:read': { description: 'Read', requires_user: false } },
      },
    ],
    clients: [
      {
        client_id: 'online',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1:5022/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        scope: 'openid offline_access catalog:read',
        grantwise: { runs_on: 'server', acts_for: ['user'], audiences: ['https://online.example.com'] },
      },
    ],
  })
  const redirect_uri = 'http://127.0.0.1:5022/callback'
  const scope = 'openid offline_access catalog:read'
  const code = await obtainCode(server.issuer, { client_id: 'online', redirect_uri, scope })
  const { body } = await post(`${server.issuer}/token`, codeFields(code, { redirect_uri, client_id: 'online' }))
  expect(body['scope']).toBe('openid catalog:read')
  expect(body).not.toHaveProperty('refresh_token')
})

test('DESIGN §3: the format, life and algorithm of a token are those of its API', async () => {
  await server.apply({
    resource_servers: ['Ed25519', 'RS256'].map(alg => ({
      audience: `https://${alg.toLowerCase()}.example.com`,
      name: alg,
      access_token_signing_alg: alg,
      access_token_ttl: 120,
      scopes: { 'catalog:read': { description: 'Read', requires_user: false } },
    })),
    clients: [
      {
        client_id: 'many',
        client_secret: 'm'.repeat(40),
        grant_types: ['client_credentials'],
        scope: 'catalog:read',
        grantwise: {
          runs_on: 'server',
          acts_for: ['self'],
          audiences: ['https://ed25519.example.com', 'https://rs256.example.com'],
        },
      },
    ],
  })
  for (const alg of ['Ed25519', 'RS256']) {
    const resource = `https://${alg.toLowerCase()}.example.com`
    const { body } = await clientCredentials(server.issuer, { resource }, basic('many', 'm'.repeat(40)))
    const [header = ''] = String(body['access_token']).split('.')
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ alg, typ: 'at+jwt' })
    expect(body['expires_in']).toBe(120)
  }
})
