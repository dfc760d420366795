import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { authorizeUrl, type Browser, openBrowser, signIn } from '../support/browser.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { isAlive, obtainTokens, refresh, type Tokens } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

let browser: Browser
/** Of alice, who is signed in, without offline_access. */
let tokens: Tokens
beforeEach(async () => {
  browser = openBrowser()
  tokens = await obtainTokens(server.issuer, { scope: 'openid profile:read' }, browser)
})

const home = 'http://127.0.0.1:5001/'
const logout = (params: Record<string, string>, of: Browser = browser) =>
  of.get(`${server.issuer}/logout?${new URLSearchParams(params)}`)
const isSignedIn = async (of: Browser = browser) =>
  (await of.get(authorizeUrl(server.issuer, { prompt: 'none', scope: 'openid' }))).location?.searchParams.has('code')
const sessions = () => readRows(server.data_dir, 'sessions').map(row => row['id'])

test('OIDC RP-Initiated Logout §2: the hint ends the session, and the browser goes where the client registered', async () => {
  const { sid } = decodeJwt(tokens.id_token)
  expect(sessions()).toContain(sid)
  const page = await logout({ id_token_hint: tokens.id_token, post_logout_redirect_uri: home, state: 'a b&c' })
  expect(page.status).toBe(302)
  expect(page.headers.get('location')).toBe(`${home}?state=a+b%26c`)
  expect(page.headers.get('cache-control')).toBe('no-store')
  expect([...browser.cookies.keys()].some(name => name.includes('session'))).toBe(false)
  expect(sessions()).not.toContain(sid)
  expect(await isSignedIn()).toBe(false)
})

test('OIDC RP-Initiated Logout §2: a cookie kept from before opens nothing any more', async () => {
  const kept = new Map(browser.cookies)
  await logout({ id_token_hint: tokens.id_token })
  for (const [name, value] of kept) browser.cookies.set(name, value)
  expect(await isSignedIn()).toBe(false)
})

test('OIDC Core §11: what was granted without offline_access ends with the session, the rest lives on', async () => {
  const offline = await obtainTokens(server.issuer, {}, browser)
  expect(await isAlive(server.issuer, tokens.access_token)).toBe(true)
  await logout({ id_token_hint: tokens.id_token })
  expect(await isAlive(server.issuer, tokens.access_token)).toBe(false)
  expect(await isAlive(server.issuer, offline.access_token)).toBe(true)
  expect((await refresh(server.issuer, offline.refresh_token)).status).toBe(200)
})

test('OIDC RP-Initiated Logout §2: the sessions of other browsers stay', async () => {
  const other = openBrowser()
  const elsewhere = await obtainTokens(server.issuer, { scope: 'openid' }, other)
  await logout({ id_token_hint: tokens.id_token })
  expect(await isSignedIn(other)).toBe(true)
  expect(await isAlive(server.issuer, elsewhere.access_token)).toBe(true)
})

test('OIDC RP-Initiated Logout §2: a POST is answered like a GET, by 303', async () => {
  const fields = { id_token_hint: tokens.id_token, post_logout_redirect_uri: home }
  const page = await browser.post(`${server.issuer}/logout`, fields)
  expect(page.status).toBe(303)
  expect(page.location?.href).toBe(home)
  expect(await isSignedIn()).toBe(false)
})

test('OIDC RP-Initiated Logout §2: no parameter is needed: a POST with nothing in it asks, like a GET', async () => {
  const cookie = [...browser.cookies].map(pair => pair.join('=')).join('; ')
  const postNothing = (headers: Record<string, string> = {}) =>
    fetch(`${server.issuer}/logout`, { method: 'POST', redirect: 'manual', headers: { cookie, ...headers } })
  for (const headers of [
    {},
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'text/plain' },
  ]) {
    const answer = await postNothing(headers)
    expect([answer.status, (await answer.text()).includes('<h1>Sign out?</h1>')]).toEqual([200, true])
  }
  const foreign = await postNothing({ cookie: '', 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })
  expect([foreign.status, foreign.headers.get('location')]).toEqual([303, `${server.issuer}/logout?`])
  const json = { 'content-type': 'application/json', cookie }
  const unread = await fetch(`${server.issuer}/logout`, { method: 'POST', headers: json, body: '{"state":"x"}' })
  expect([unread.status, (await unread.text()).includes('body-malformed')]).toEqual([400, true])
  expect(await isSignedIn()).toBe(true)
})

test('OIDC RP-Initiated Logout §2: an expired hint is as good', async () => {
  server.clock.pass(7200)
  await logout({ id_token_hint: tokens.id_token })
  expect(await isSignedIn()).toBe(false)
})

test('OIDC RP-Initiated Logout §2: without a hint the user is asked, and stays signed in until they say so', async () => {
  const page = await logout({ client_id: 'web', post_logout_redirect_uri: home, state: 's' })
  expect(page.status).toBe(200)
  expect(page.html).toContain('name="logout" value="yes"')
  expect(page.html).toContain('Web app')
  expect(page.html).toContain('alice')
  expect(await isSignedIn()).toBe(true)
  const done = await browser.submit(page, '/logout', { logout: 'yes' })
  expect(done.status).toBe(303)
  expect(done.location?.href).toBe(`${home}?state=s`)
  expect(await isSignedIn()).toBe(false)
})

test('OIDC RP-Initiated Logout §2: whoever declines stays signed in', async () => {
  const page = await logout({})
  const stayed = await browser.submit(page, '/logout', { cancel: 'yes' })
  expect(stayed.location?.pathname).toBe('/')
  expect(await isSignedIn()).toBe(true)
})

test('OIDC RP-Initiated Logout §2: the hint of another user is no proof; the one who is signed in is asked', async () => {
  const bob = openBrowser()
  let page = await signIn(bob, await bob.get(authorizeUrl(server.issuer, { scope: 'openid' })), 'bob')
  if (page.html.includes('name="consent"')) page = await bob.submit(page, '/consent', { consent: 'allow' })
  page = await logout({ id_token_hint: tokens.id_token }, bob)
  expect(page.html).toContain('name="logout" value="yes"')
  expect(await isSignedIn(bob)).toBe(true)
})

test.each([
  ['another', 'http://127.0.0.1:5001/other'],
  ['with a query', 'http://127.0.0.1:5001/?a'],
  ['without its slash', 'http://127.0.0.1:5001'],
  ['of another client', 'http://127.0.0.1:5005/'],
  ['a redirect_uri', 'http://127.0.0.1:5001/callback'],
  ['a script', 'javascript:alert(1)'],
])(
  'OIDC RP-Initiated Logout §3: a post_logout_redirect_uri that is %s is told to the user alone',
  async (_what, uri) => {
    const page = await logout({ id_token_hint: tokens.id_token, post_logout_redirect_uri: uri })
    expect(page).toMatchObject({ status: 400, location: undefined })
    expect(await isSignedIn()).toBe(true)
  },
)

test('OIDC RP-Initiated Logout §3: without a client there is nowhere to go', async () => {
  expect(await logout({ post_logout_redirect_uri: home })).toMatchObject({ status: 400, location: undefined })
  expect(await logout({ client_id: 'nobody', post_logout_redirect_uri: home })).toMatchObject({ status: 400 })
})

test('OIDC RP-Initiated Logout §2: a client_id that is not the one of the hint is refused', async () => {
  const refused = await logout({ id_token_hint: tokens.id_token, client_id: 'first-party' })
  expect(refused.status).toBe(400)
  expect(await isSignedIn()).toBe(true)
  expect((await logout({ id_token_hint: tokens.id_token, client_id: 'web' })).status).toBe(200)
  expect(await isSignedIn()).toBe(false)
})

test.each(['garbage', 'a.b.c'])('OIDC RP-Initiated Logout §2: the hint %j is refused', async id_token_hint => {
  expect((await logout({ id_token_hint })).status).toBe(400)
  expect((await logout({ id_token_hint: tokens.access_token })).status).toBe(400)
  expect(await isSignedIn()).toBe(true)
})

test('OIDC RP-Initiated Logout §2: ui_locales and logout_hint are ignored', async () => {
  const page = await logout({ id_token_hint: tokens.id_token, ui_locales: 'fr-CA xx', logout_hint: 'bob' })
  expect(page.title).toContain('You are signed out')
})

test('OIDC RP-Initiated Logout §2: who is not signed in is told so, or sent on', async () => {
  const stranger = openBrowser()
  expect((await logout({}, stranger)).title).toContain('You are signed out')
  const sent = await logout({ client_id: 'web', post_logout_redirect_uri: home }, stranger)
  expect(sent.location?.href).toBe(home)
})

test('OIDC RP-Initiated Logout §2: a question that waits survives a restart', async () => {
  const page = await logout({})
  server = await server.restart()
  await browser.submit(page, '/logout', { logout: 'yes' })
  expect(await isSignedIn()).toBe(false)
})
