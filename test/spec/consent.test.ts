import { afterEach, beforeEach, expect, test } from 'vitest'
import { authorizeUrl, type Browser, openBrowser, type Page, signIn } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainTokens, redeem } from '../support/token.ts'
import { api, opaqueApi } from '../support/world.ts'

let server: TestServer
let browser: Browser
beforeEach(async () => {
  server = await startServer()
  browser = openBrowser()
})
afterEach(() => server.close())

const ask = (changes: Record<string, string> = {}) => browser.get(authorizeUrl(server.issuer, changes))
const asksConsent = ({ html }: Page) => html.includes('name="consent" value="allow"')
const allow = (page: Page) => browser.submit(page, '/consent', { consent: 'allow' })
const other = { client_id: 'other-web', redirect_uri: 'http://127.0.0.1:5002/callback' }

test('OIDC Core §3.1.2.4: the page says who asks, for what in people\u2019s words, for whom and where it leads', async () => {
  const page = await signIn(browser, await ask({ scope: 'openid email offline_access profile:read catalog:read' }))
  expect(page.title).toBe('Allow Web app access - Grantwise')
  for (const words of [
    'Know that it is you when you sign in',
    'See your email address',
    'Keep this access while you are away',
    'Read your profile',
    'Read the catalogue',
    'Example API',
    'alice',
    '127.0.0.1:5001',
  ]) {
    expect(page.html).toContain(words)
  }
  expect(page.html).not.toContain('See your name')
})

test('UI: the first form of the page is the one that goes on, its first button allows', async () => {
  const { html } = await signIn(browser, await ask())
  const [first = ''] = /<form.*?<\/form>/s.exec(html) ?? []
  expect([...first.matchAll(/<button[^>]*name="(\w+)" value="(\w+)"/g)].map(it => it.slice(1))).toEqual([
    ['consent', 'allow'],
    ['consent', 'deny'],
  ])
})

test('DESIGN §3: consent is remembered for user, client, audience and scope, over a restart', async () => {
  const page = await signIn(browser, await ask({ scope: 'openid profile:read' }))
  expect(asksConsent(page)).toBe(true)
  await allow(page)
  server = await server.restart()
  const remembered = async (changes: Record<string, string>) => !asksConsent(await ask(changes))
  expect(await remembered({ scope: 'openid profile:read' })).toBe(true)
  expect(await remembered({ scope: 'openid' })).toBe(true)
  // One scope more, another client, another API, another user: asked again.
  expect(await remembered({ scope: 'openid profile:read catalog:read' })).toBe(false)
  expect(await remembered({ ...other, scope: 'openid profile:read', resource: api })).toBe(false)
  browser = openBrowser()
  expect(asksConsent(await signIn(browser, await ask({ scope: 'openid profile:read' }), 'bob'))).toBe(true)
})

test('DESIGN §3: consent for one API of a client is none for another', async () => {
  const asked = { ...other, scope: 'openid profile:read' }
  await allow(await signIn(browser, await ask({ ...asked, resource: api })))
  expect((await ask({ ...asked, resource: api })).location?.searchParams.get('code')).toBeTruthy()
  expect(asksConsent(await ask({ ...asked, resource: opaqueApi }))).toBe(true)
  expect(asksConsent(await ask({ ...other, scope: 'openid' }))).toBe(true)
})

test('DESIGN §3: what is agreed to later is added to what was agreed to before', async () => {
  await allow(await signIn(browser, await ask({ scope: 'openid' })))
  await allow(await ask({ scope: 'openid email' }))
  await allow(await ask({ scope: 'profile:read' }))
  expect((await ask({ scope: 'openid email profile:read' })).location?.searchParams.get('code')).toBeTruthy()
})

test('DESIGN §3: whoever declines is asked again', async () => {
  const page = await signIn(browser, await ask())
  await browser.submit(page, '/consent', { consent: 'deny' })
  expect(asksConsent(await ask())).toBe(true)
})

test('DESIGN §3: without a button nothing is allowed', async () => {
  const page = await signIn(browser, await ask())
  expect(asksConsent(await browser.submit(page, '/consent', {}))).toBe(true)
  expect(asksConsent(await browser.submit(page, '/consent', { consent: 'yes' }))).toBe(true)
})

test('DESIGN §5: a first-party client skips the page unless prompt=consent', async () => {
  const own = { client_id: 'first-party', redirect_uri: 'http://127.0.0.1:5005/callback' }
  const sent = await signIn(browser, await ask(own))
  expect(sent.location?.searchParams.get('code')).toBeTruthy()
  expect(asksConsent(await ask({ ...own, prompt: 'consent' }))).toBe(true)
})

test('DESIGN §3: consent that is asked again and given issues a code', async () => {
  await obtainTokens(server.issuer, {}, browser)
  const page = await ask({ prompt: 'consent' })
  const { location } = await allow(page)
  expect((await redeem(server.issuer, location?.searchParams.get('code') ?? '')).status).toBe(200)
})
