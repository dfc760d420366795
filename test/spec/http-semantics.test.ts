import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorizeUrl, openBrowser, signIn } from '../support/browser.ts'
import { send, speak } from '../support/raw.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, post } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const pageForms = ['/authorize', '/sign-in', '/consent', '/select-account', '/logout']
const clientForms = ['/token', '/introspect', '/revoke']

test.each([
  ['/token', 'GET', 'POST, OPTIONS'],
  ['/token', 'PUT', 'POST, OPTIONS'],
  ['/introspect', 'GET', 'POST'],
  ['/revoke', 'DELETE', 'POST, OPTIONS'],
  ['/sign-in', 'PUT', 'GET, POST, HEAD'],
  ['/consent', 'GET', 'POST'],
  ['/select-account', 'GET', 'POST'],
  ['/authorize', 'PUT', 'GET, POST, HEAD'],
  ['/logout', 'PATCH', 'GET, POST, HEAD'],
  ['/userinfo', 'DELETE', 'GET, POST, HEAD, OPTIONS'],
  ['/.well-known/openid-configuration', 'POST', 'GET, HEAD, OPTIONS'],
  ['/.well-known/jwks.json', 'POST', 'GET, HEAD, OPTIONS'],
  ['/healthz', 'POST', 'GET, HEAD'],
  ['/', 'POST', 'GET, HEAD'],
])('RFC 9110 §15.5.6: %s does not answer to %s, and says what it answers to', async (path, method, allow) => {
  const answer = await send(server.issuer + path, { method })
  expect(answer.status).toBe(405)
  expect(answer.headers.get('allow')).toBe(allow)
})

test.each(['/', '/authorize', '/userinfo', '/logout', '/.well-known/openid-configuration', '/healthz'])(
  'RFC 9110 §9.3.2: HEAD of %s does nothing and has no body',
  async path => {
    const answer = await send(server.issuer + path, { method: 'HEAD' })
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await answer.text()).toBe('')
  },
)

test('RFC 9110 §9.3.2: HEAD answers no authorization request', async () => {
  const browser = openBrowser()
  await signIn(browser, await browser.get(authorizeUrl(server.issuer)))
  const cookie = [...browser.cookies].map(pair => pair.join('=')).join('; ')
  const answer = await send(authorizeUrl(server.issuer), { method: 'HEAD', headers: { cookie } })
  expect(answer.headers.get('location')).toBeNull()
})

test.each(['TRACE', 'PROPFIND', 'CONNECTED', 'QUERY'])('RFC 9110 §9.1: the method %s breaks nothing', async method => {
  const answer = await speak(server.url, `${method} /token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
})

test('RFC 9110 §15.5.5: what is not there is a page for people and JSON for programs', async () => {
  const page = await openBrowser().get(`${server.issuer}/nothing?<script>`)
  expect(page.status).toBe(404)
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  expect(page.html).not.toContain('<script')
  const json = await send(`${server.issuer}/nothing`)
  expect(json.status).toBe(404)
  expect(await json.json()).toMatchObject({ error: 'invalid_request' })
})

test.each([...clientForms, ...pageForms, '/userinfo'])('DESIGN §5 rule 6: %s takes bodies to 100 kB', async path => {
  const sized = async (length: number) =>
    (await send(server.issuer + path, { method: 'POST', headers: form, body: 'a='.padEnd(length, 'x') })).status
  expect(await sized(100_000)).not.toBe(413)
  expect(await sized(100_001)).toBe(413)
})

test('RFC 6749 §3.2: a form may name its charset', async () => {
  const headers = { ...basic('job'), 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }
  const answer = await send(`${server.issuer}/token`, {
    method: 'POST',
    headers,
    body: 'grant_type=client_credentials',
  })
  expect(answer.status).toBe(200)
})

test.each(['client_id', 'redirect_uri', 'state', 'response_type', 'scope', 'unknown'])(
  'RFC 6749 §3.1: %s twice in a query is told to the user alone',
  async name => {
    const page = await openBrowser().get(`${authorizeUrl(server.issuer, { unknown: 'x' })}&${name}=y`)
    expect(page).toMatchObject({ status: 400, location: undefined })
    expect((await openBrowser().get(`${server.issuer}/logout?${name}=x&${name}=y`)).status).toBe(400)
  },
)

test.each(['%', '%zz', '%ff', '%c0%80', '%ed%a0%80'])(
  'RFC 6749 Appendix B: %s is no UTF-8 and is refused',
  async broken => {
    const page = await openBrowser().get(`${authorizeUrl(server.issuer, { state: undefined })}&state=${broken}`)
    expect(page).toMatchObject({ status: 400, location: undefined })
    const options = { method: 'POST', headers: { ...form, ...basic('job') }, body: `grant_type=${broken}` }
    expect((await send(`${server.issuer}/token`, options)).status).toBe(400)
  },
)

test.each([...clientForms, '/sign-in', '/userinfo'])(
  'RFC 6749 §2.3.1: secrets in the URL are refused at %s',
  async path => {
    for (const name of [
      'client_secret',
      'refresh_token',
      'code',
      'code_verifier',
      'password',
      'token',
      'access_token',
    ]) {
      const answer = await send(`${server.issuer}${path}?a=b&${name}=x`, {
        method: 'POST',
        headers: { ...form, ...basic('job') },
        body: 'grant_type=client_credentials&token=x',
      })
      expect(answer.status, name).toBe(400)
    }
  },
)

test.each([...clientForms, '/userinfo'])('RFC 6749 §5.1: nothing that %s says may be kept', async path => {
  for (const headers of [basic('job'), {}]) {
    const answer = await post(server.issuer + path, { grant_type: 'client_credentials', token: 'x' }, headers)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  }
})

test('RFC 9112 §3.2: a request line that is no HTTP is 400', async () => {
  expect(await speak(server.url, 'NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  expect(await speak(server.url, `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 4\d\d /,
  )
})

test('DESIGN §4: a path that cannot be decoded is 400', async () => {
  for (const path of ['/%', '/%ff', '/%zz/authorize']) {
    expect((await send(server.issuer, { path })).status).toBeGreaterThanOrEqual(400)
    expect((await send(server.issuer, { path })).status).toBeLessThan(500)
  }
})
