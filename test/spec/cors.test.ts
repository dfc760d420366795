import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorizeUrl } from '../support/browser.ts'
import { send } from '../support/raw.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, codeFields, get, obtainCode, obtainTokens, post } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const spa = 'http://127.0.0.1:5004'
const another = 'http://127.0.0.1:5030'
const stranger = 'https://evil.example'
beforeAll(() =>
  server.apply({
    clients: [
      {
        client_id: 'another-spa',
        token_endpoint_auth_method: 'none',
        redirect_uris: [`${another}/callback`],
        scope: 'openid',
        grantwise: { runs_on: 'browser', acts_for: ['user'] },
      },
    ],
  }),
)

const preflight = (path: string, origin: string, method = 'POST') =>
  send(server.issuer + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type,dpop,auth0-client',
    },
  })
const allowed = (answer: { readonly headers: Headers }) => answer.headers.get('access-control-allow-origin')

test.each(['/token', '/userinfo', '/revoke'])(
  'DESIGN §5 CORS: a preflight of %s lets any registered origin ask',
  async path => {
    for (const origin of [spa, another]) {
      const answer = await preflight(path, origin)
      expect(answer.status).toBe(204)
      expect(allowed(answer)).toBe(origin)
      expect(answer.headers.get('access-control-allow-credentials')).toBe('true')
      expect(answer.headers.get('access-control-allow-methods')).toContain('POST')
      const headers = answer.headers.get('access-control-allow-headers')?.toLowerCase().split(', ')
      expect(headers).toEqual(['authorization', 'content-type', 'dpop', 'auth0-client'])
      expect(answer.headers.get('vary')).toBe('Origin')
    }
  },
)

test.each(['/token', '/userinfo', '/revoke'])('DESIGN §5 CORS: a preflight of %s lets nobody else ask', async path => {
  for (const origin of [stranger, 'null', 'http://127.0.0.1:5001', `${spa}.evil.example`, 'http://localhost:5004']) {
    const answer = await preflight(path, origin)
    expect(allowed(answer)).toBeNull()
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    expect(answer.headers.get('vary')).toBe('Origin')
  }
})

test('DESIGN §5 CORS: /token is read by the pages of its own client only', async () => {
  const redirect_uri = `${spa}/callback`
  for (const [origin, expected] of [
    [spa, spa],
    [another, null],
    [stranger, null],
  ] as const) {
    const code = await obtainCode(server.issuer, { client_id: 'spa', redirect_uri })
    const answer = await post(`${server.issuer}/token`, codeFields(code, { redirect_uri, client_id: 'spa' }), {
      origin,
    })
    expect(answer.status).toBe(200)
    expect(allowed(answer)).toBe(expected)
    expect(answer.headers.get('vary')).toBe('Origin')
  }
})

test('DESIGN §5 CORS: a client that names itself by Basic is the same client', async () => {
  const redirect_uri = `${spa}/callback`
  const code = await obtainCode(server.issuer, { client_id: 'spa', redirect_uri })
  const headers = { ...basic('spa', ''), origin: spa }
  const answer = await post(`${server.issuer}/token`, codeFields(code, { redirect_uri }), headers)
  expect(answer.status).toBe(200)
  expect(allowed(answer)).toBe(spa)
})

test('DESIGN §5 CORS: a page of the client reads the errors too', async () => {
  const fields = { grant_type: 'authorization_code', code: 'x', client_id: 'spa' }
  const answer = await post(`${server.issuer}/token`, fields, { origin: spa })
  expect(answer.status).toBe(400)
  expect(allowed(answer)).toBe(spa)
  expect(allowed(await post(`${server.issuer}/token`, fields, { origin: another }))).toBeNull()
})

test('DESIGN §5 CORS: an answer of /token says that it varies, whoever asked', async () => {
  expect((await post(`${server.issuer}/token`, {}, basic('web'))).headers.get('vary')).toBe('Origin')
})

test('DESIGN §5 CORS: /userinfo and /revoke are read by any registered origin, refusals too', async () => {
  const { access_token } = await obtainTokens(server.issuer)
  const ask = (headers: Record<string, string>) => get(`${server.issuer}/userinfo`, headers)
  const good = await ask({ authorization: `Bearer ${access_token}`, origin: another })
  const bad = await ask({ authorization: 'Bearer x', origin: another })
  for (const answer of [good, bad]) {
    expect(allowed(answer)).toBe(another)
    expect(answer.headers.get('access-control-expose-headers')).toBe('WWW-Authenticate, Retry-After, X-Request-Id')
    expect(answer.headers.get('vary')).toBe('Origin')
  }
  expect(allowed(await ask({ origin: stranger }))).toBeNull()
  const revoke = (origin: string) => post(`${server.issuer}/revoke`, { token: 'x' }, { ...basic('web'), origin })
  expect(allowed(await revoke(spa))).toBe(spa)
  expect(allowed(await revoke(stranger))).toBeNull()
})

test.each(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server', '/.well-known/jwks.json'])(
  'DESIGN §5 CORS: anybody may read %s, without credentials',
  async path => {
    const answer = await get(server.issuer + path, { origin: stranger })
    expect(allowed(answer)).toBe('*')
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    expect(allowed(await preflight(path, stranger, 'GET'))).toBe('*')
  },
)

test.each(['/authorize', '/sign-in', '/consent', '/select-account', '/logout', '/introspect', '/'])(
  'DESIGN §5 CORS: no page may read %s, of whatever origin',
  async path => {
    for (const origin of [spa, stranger]) {
      expect(await preflight(path, origin)).toMatchObject({ status: 405 })
      expect(allowed(await preflight(path, origin))).toBeNull()
      for (const method of ['GET', 'POST']) {
        expect(allowed(await send(server.issuer + path, { method, headers: { origin } }))).toBeNull()
      }
    }
    expect(allowed(await send(authorizeUrl(server.issuer), { headers: { origin: spa } }))).toBeNull()
  },
)

test('DESIGN §7: a browser client may name its web origins itself', async () => {
  await server.apply({
    clients: [
      {
        client_id: 'elsewhere',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1:5031/callback'],
        scope: 'openid',
        grantwise: { runs_on: 'browser', acts_for: ['user'], web_origins: ['https://app.example.com'] },
      },
    ],
  })
  expect(allowed(await preflight('/userinfo', 'https://app.example.com'))).toBe('https://app.example.com')
  expect(allowed(await preflight('/userinfo', 'http://127.0.0.1:5031'))).toBeNull()
})
