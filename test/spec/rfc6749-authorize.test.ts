import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorize, authorizeUrl, challenge, openBrowser, signIn } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { redeem } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

/** What a request that nobody need sign in for is answered with. */
const ask = (changes: Record<string, string | undefined>) => openBrowser().get(authorizeUrl(server.issuer, changes))

test('RFC 6749 §4.1.2: the code and the state come back to the redirect_uri', async () => {
  const browser = openBrowser()
  const page = await signIn(browser, await browser.get(authorizeUrl(server.issuer)))
  const { status, location } = await browser.submit(page, '/consent', { consent: 'allow' })
  expect(status).toBe(303)
  expect(location?.href).toMatch(/^http:\/\/127\.0\.0\.1:5001\/callback\?code=/)
  expect(location?.searchParams.get('state')).toBe('state-1')
  expect([...(location?.searchParams.keys() ?? [])]).toEqual(['code', 'state', 'iss'])
})

test('RFC 6749 §4.1.2: without a state none comes back', async () => {
  expect((await authorize(openBrowser(), authorizeUrl(server.issuer, { state: undefined }))).has('state')).toBe(false)
})

test.each(['a b+c%20&d=e#f', 'é ☃ 𝄞', '"><script>', 'x'.repeat(1000), '..%2F'])(
  'RFC 6749 §4.1.2: the state %j comes back as it was sent',
  async state => {
    expect((await authorize(openBrowser(), authorizeUrl(server.issuer, { state }))).get('state')).toBe(state)
  },
)

test('RFC 6749 §3.1: a POST is answered like a GET, by 303', async () => {
  const browser = openBrowser()
  await authorize(browser, authorizeUrl(server.issuer))
  const url = new URL(authorizeUrl(server.issuer))
  const { status, location } = await browser.post(`${server.issuer}/authorize`, url.search.slice(1))
  expect(status).toBe(303)
  expect(location?.searchParams.get('code')).toBeTruthy()
})

test('RFC 6749 §3.1: unknown parameters are ignored', async () => {
  const more = {
    auth0Client: 'eyJ9',
    show_dialog: 'true',
    display: 'page',
    realm: 'x',
    ui_locales: 'fr',
    acr_values: '7',
  }
  expect((await authorize(openBrowser(), authorizeUrl(server.issuer, more))).get('code')).toBeTruthy()
})

test('RFC 6749 §3.1: a parameter without a value counts as absent', async () => {
  const page = await ask({ prompt: '', max_age: '', response_mode: '', claims: '', resource: '', audience: '' })
  expect(page.title).toBe('Sign in to Web app - Grantwise')
})

test.each([
  ['unknown', { client_id: 'nobody' }, 'This server does not know the app'],
  ['absent', { client_id: undefined }, 'The app that sent you here did not say which it is'],
  ['empty', { client_id: '' }, 'The app that sent you here did not say which it is'],
])('RFC 6749 §4.1.2.1: a client_id that is %s is told to the user alone', async (_what, changes, title) => {
  const page = await ask(changes)
  expect(page.status).toBe(400)
  expect(page.location).toBeUndefined()
  expect(page.title).toContain(title)
})

test.each([
  ['absent', undefined],
  ['another', 'http://127.0.0.1:5001/other'],
  ['with a slash more', 'http://127.0.0.1:5001/callback/'],
  ['with a query more', 'http://127.0.0.1:5001/callback?a=b'],
  ['on another port', 'http://127.0.0.1:5009/callback'],
  ['of another client', 'http://127.0.0.1:5002/callback'],
])('RFC 9700 §2.1: a redirect_uri %s is told to the user alone', async (_what, redirect_uri) => {
  const page = await ask({ redirect_uri })
  expect(page.status).toBe(400)
  expect(page.location).toBeUndefined()
})

test.each(['http://127.0.0.1:61234/callback', 'http://127.0.0.1/callback', 'com.example.app:/callback'])(
  'RFC 8252 §7.3: a native app may listen on any port: %s',
  async redirect_uri => {
    const page = await ask({ client_id: 'native', redirect_uri })
    expect(page.status).toBe(200)
  },
)

test.each([
  'http://localhost:61234/callback',
  'http://[::1]:61234/callback',
  'http://127.0.0.1:61234/other',
  'http://127.0.0.1:99999/callback',
  'http://127.0.0.1:61234/callback?a',
  'https://127.0.0.1:61234/callback',
  'com.example.app:/other',
])('RFC 8252 §7.3: nothing but the port may differ: %s', async redirect_uri => {
  expect(await ask({ client_id: 'native', redirect_uri })).toMatchObject({ status: 400, location: undefined })
})

test.each([
  ['RFC 6749 §4.1.2.1: a response_type that is absent', { response_type: undefined }, 'invalid_request'],
  ['RFC 6749 §4.1.2.1: an unknown response_type', { response_type: 'other' }, 'unsupported_response_type'],
  ['RFC 9700 §2.1.2: the implicit response_type', { response_type: 'token' }, 'unsupported_response_type'],
  ['DESIGN §5: a hybrid response_type', { response_type: 'code id_token' }, 'unsupported_response_type'],
  ['RFC 6749 §3.3: a malformed scope', { scope: 'openid "x"' }, 'invalid_scope'],
  ['RFC 6749 §3.3: a scope that nothing is left of', { scope: 'unknown' }, 'invalid_scope'],
  ['OIDC Core §3.1.2.6: a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
  ['OIDC Core §3.1.2.6: a request_uri', { request_uri: 'https://x.example/r' }, 'request_uri_not_supported'],
  ['OIDC Core §3.1.2.6: a registration', { registration: '{}' }, 'registration_not_supported'],
  ['RFC 6749 §2.3.1: a client_secret in the URL', { client_secret: 'x'.repeat(32) }, 'invalid_request'],
  ['OIDC Core §3.1.2.1: a max_age that is no number', { max_age: 'soon' }, 'invalid_request'],
])('%s is told to the client, with its state', async (_what, changes, error) => {
  const { status, location } = await ask(changes)
  expect(status).toBe(302)
  expect(location?.origin).toBe('http://127.0.0.1:5001')
  expect(location?.searchParams.get('error')).toBe(error)
  expect(location?.searchParams.get('error_description')).toBeTruthy()
  expect(location?.searchParams.get('state')).toBe('state-1')
  expect(location?.searchParams.has('code')).toBe(false)
})

test('RFC 6749 §4.1.2.1: a client that is not registered for the response_type is unauthorized_client', async () => {
  await server.apply({
    clients: [
      {
        client_id: 'refresher',
        client_secret: 'x'.repeat(40),
        redirect_uris: ['http://127.0.0.1:5020/callback'],
        grant_types: ['client_credentials'],
        response_types: [],
        scope: 'catalog:read',
        grantwise: { runs_on: 'server', acts_for: ['self'] },
      },
    ],
  })
  const page = await ask({ client_id: 'refresher', redirect_uri: 'http://127.0.0.1:5020/callback' })
  expect(page.location?.searchParams.get('error')).toBe('unauthorized_client')
})

test('RFC 6749 §3.3: a scope that the client may not have is dropped, and the answer says so', async () => {
  const code = await authorize(
    openBrowser(),
    authorizeUrl(server.issuer, { scope: 'openid unknown phone profile:read' }),
  )
  const { body } = await redeem(server.issuer, code.get('code') ?? '')
  expect(body['scope']).toBe('openid profile:read')
})

test('RFC 6749 §3.3: without a scope the client gets its registered scopes of that API', async () => {
  const code = await authorize(openBrowser(), authorizeUrl(server.issuer, { scope: undefined }))
  const { body } = await redeem(server.issuer, code.get('code') ?? '')
  expect(body['scope']).toBe('catalog:read profile:read')
})

test('RFC 6749 §4.1.2.1: declining is access_denied, and the request can still be agreed to', async () => {
  const browser = openBrowser()
  const page = await signIn(browser, await browser.get(authorizeUrl(server.issuer, { prompt: 'consent' })))
  const denied = await browser.submit(page, '/consent', { consent: 'deny' })
  expect(denied.location?.searchParams.get('error')).toBe('access_denied')
  expect(denied.location?.searchParams.get('state')).toBe('state-1')
  const allowed = await browser.submit(page, '/consent', { consent: 'allow' })
  expect(allowed.location?.searchParams.get('code')).toBeTruthy()
})

test('RFC 6749 §4.1.2.1: cancelling the sign-in is access_denied', async () => {
  const browser = openBrowser()
  const page = await browser.submit(await browser.get(authorizeUrl(server.issuer)), '/sign-in', { cancel: 'yes' })
  expect(page.location?.searchParams.get('error')).toBe('access_denied')
})

test('RFC 6749 §3.1.2: the query of a registered redirect_uri is kept', async () => {
  const redirect_uri = 'http://127.0.0.1:5021/callback?tenant=a'
  await server.apply({
    clients: [
      {
        client_id: 'with-query',
        token_endpoint_auth_method: 'none',
        redirect_uris: [redirect_uri],
        scope: 'openid',
        grantwise: { runs_on: 'server', acts_for: ['user'], first_party: true },
      },
    ],
  })
  const sent = await authorize(
    openBrowser(),
    authorizeUrl(server.issuer, { client_id: 'with-query', redirect_uri, scope: 'openid', code_challenge: challenge }),
  )
  expect([...sent.keys()]).toEqual(['tenant', 'code', 'state', 'iss'])
})
