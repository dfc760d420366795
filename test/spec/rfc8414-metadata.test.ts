import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askWith, claimsOf, makeKey, sign, signingClient } from '../support/assertions.ts'
import { authorize, authorizeUrl, openBrowser } from '../support/browser.ts'
import { send } from '../support/raw.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials, get, introspect, obtainTokens, userinfo } from '../support/token.ts'
import { secret } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const forms = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']
type Metadata = Readonly<Record<`${string}_supported`, readonly string[]>> & { readonly userinfo_endpoint: string }
const metadata = async (issuer = server.issuer) => (await get(issuer + forms[0])).body as unknown as Metadata

test.each(forms)('RFC 8414 §3: %s names this issuer, for anybody to read and to keep a while', async path => {
  const { status, headers, body } = await get(server.issuer + path, { origin: 'https://anybody.example' })
  expect(status).toBe(200)
  expect(headers.get('content-type')).toMatch(/^application\/json\b/)
  expect(headers.get('access-control-allow-origin')).toBe('*')
  expect(headers.get('cache-control')).toMatch(/^public, max-age=\d+$/)
  expect(body['issuer']).toBe(server.issuer)
})

test('RFC 8414 §2: every endpoint that is listed answers to its own method', async () => {
  const listed = Object.entries((await get(server.issuer + forms[0])).body)
    .filter(([name]) => /_endpoint$|_uri$/.test(name))
    .map(([name, url]) => [name, String(url)] as const)
  expect(listed.map(([name]) => name).sort()).toEqual([
    'authorization_endpoint',
    'device_authorization_endpoint',
    'end_session_endpoint',
    'introspection_endpoint',
    'jwks_uri',
    'revocation_endpoint',
    'token_endpoint',
    'userinfo_endpoint',
  ])
  for (const [name, url] of listed) {
    expect(url.startsWith(`${server.issuer}/`), name).toBe(true)
    const posted = /token|introspection|revocation|device/.test(name)
    const { status } = await send(url, { method: posted ? 'POST' : 'GET' })
    expect([200, 400, 401], name).toContain(status)
  }
})

test('RFC 8414 §2: every response mode and prompt that is listed works', async () => {
  const { response_modes_supported = [], prompt_values_supported = [], response_types_supported } = await metadata()
  expect(response_types_supported).toEqual(['code'])
  for (const response_mode of response_modes_supported) {
    const spa = { client_id: 'spa', redirect_uri: 'http://127.0.0.1:5004/callback' }
    const page = await openBrowser().get(authorizeUrl(server.issuer, { ...spa, response_mode, prompt: 'none' }))
    expect(page.html + page.location).toContain('login_required')
  }
  for (const prompt of prompt_values_supported) {
    const page = await openBrowser().get(authorizeUrl(server.issuer, { prompt }))
    expect(page.location?.searchParams.get('error') ?? 'page').toBe(prompt === 'none' ? 'login_required' : 'page')
  }
})

test('RFC 8414 §2: every grant that is listed is known, and password and implicit are not listed', async () => {
  const { grant_types_supported = [] } = await metadata()
  expect([...grant_types_supported].sort()).toEqual([
    'authorization_code',
    'client_credentials',
    'refresh_token',
    'urn:ietf:params:oauth:grant-type:device_code',
  ])
  for (const grant_type of grant_types_supported) {
    const { body } = await clientCredentials(server.issuer, { grant_type }, basic('web'))
    expect(body.error).not.toBe('unsupported_grant_type')
  }
})

test('RFC 8414 §2: every client authentication method that is listed works', async () => {
  const listed = await metadata()
  expect(listed['token_endpoint_auth_methods_supported']).toEqual([
    'client_secret_basic',
    'client_secret_post',
    'none',
    'private_key_jwt',
  ])
  expect(listed['introspection_endpoint_auth_methods_supported']).toEqual([
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
  ])
  expect((await clientCredentials(server.issuer, {}, basic('job'))).status).toBe(200)
  expect((await clientCredentials(server.issuer, { client_id: 'job', client_secret: secret }, {})).status).toBe(200)
  const key = await makeKey()
  await server.apply({ clients: [signingClient('signs', { jwks: { keys: [key.jwk] } })] })
  expect((await askWith(server.issuer, await sign(key, claimsOf('signs', server)))).status).toBe(200)
})

test('OIDC Discovery §3: every scope that is listed is one a client may be registered for', async () => {
  const { scopes_supported = [] } = await metadata()
  const scope = scopes_supported.join(' ')
  await server.apply({
    clients: [
      {
        client_id: 'all-scopes',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1:5026/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        scope,
        grantwise: { runs_on: 'server', acts_for: ['user'] },
      },
    ],
  })
  const url = authorizeUrl(server.issuer, {
    client_id: 'all-scopes',
    redirect_uri: 'http://127.0.0.1:5026/callback',
    scope,
  })
  expect((await authorize(openBrowser(), url)).get('code')).toBeTruthy()
})

test('OIDC Discovery §3: what is required is there', async () => {
  const listed = await metadata()
  expect(listed['subject_types_supported']).toEqual(['public'])
  expect(listed['id_token_signing_alg_values_supported']).toContain('RS256')
  expect(listed['code_challenge_methods_supported']).toEqual(['S256'])
  expect(listed).toMatchObject({
    claims_parameter_supported: true,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  })
})

describe('of an issuer with a path', () => {
  let below: TestServer
  const issuer = 'https://id.example.com/tenant'
  beforeAll(async () => {
    below = await startServer({ config: { issuer } })
  })
  afterAll(() => below.close())
  const at = (path: string) => get(below.url + path)

  test.each([
    '/tenant/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/tenant',
    '/tenant/.well-known/oauth-authorization-server',
  ])('RFC 8414 §3.1: the metadata is at %s', async path => {
    const { status, body } = await at(path)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      issuer,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
    })
  })

  test.each(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server', '/token', '/authorize'])(
    'RFC 8414 §3.1: nothing is at %s, where another issuer would be',
    async path => {
      expect((await at(path)).status).toBe(404)
    },
  )

  test('RFC 8414 §3.1: tokens and pages are those of that issuer', async () => {
    const { status, body } = await clientCredentials(`${below.url}/tenant`)
    expect(status).toBe(200)
    const { body: told } = await introspect(`${below.url}/tenant`, String(body['access_token']), 'job')
    expect(told).toMatchObject({ active: true, iss: issuer })
    const page = await send(authorizeUrl(`${below.url}/tenant`), { headers: { host: 'id.example.com' } })
    const html = await page.text()
    expect(html).toContain('action="/tenant/sign-in"')
    for (const [, href = ''] of html.matchAll(/(?:href|src)="([^"]+)"/g)) expect(href).toMatch(/^\/tenant\/assets\//)
  })
})

test('RFC 8414 §3.3: the endpoints of the metadata are the ones that work together', async () => {
  const { access_token } = await obtainTokens(server.issuer)
  const { userinfo_endpoint } = await metadata()
  expect(userinfo_endpoint).toBe(`${server.issuer}/userinfo`)
  expect((await userinfo(server.issuer, access_token)).status).toBe(200)
})
