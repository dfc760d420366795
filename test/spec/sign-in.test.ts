import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { authorizeUrl, type Browser, openBrowser, type Page, signIn } from '../support/browser.ts'
import { through } from '../support/raw.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainTokens } from '../support/token.ts'
import { password } from '../support/world.ts'

let server: TestServer
let browser: Browser
beforeAll(async () => {
  server = await startServer()
})
beforeEach(() => {
  browser = openBrowser()
  // The failures of the test before are counted no more.
  server.clock.pass(900)
})
afterAll(() => server.close())

const url = (changes: Record<string, string> = {}) => authorizeUrl(server.issuer, changes)
const open = (of: Browser = browser) => of.get(url())
/** Fails to sign in, so many times. */
async function fail(times: number, login = 'alice', of: Browser = browser): Promise<number[]> {
  const page = await open(of)
  const statuses: number[] = []
  for (let time = 0; time < times; time++) statuses.push((await signIn(of, page, login, 'wrong')).status)
  return statuses
}
const without = ({ html, parked = '' }: Page) =>
  html
    .replaceAll(parked, '')
    .replaceAll(/<input type="hidden"[^>]*>/g, '')
    .replaceAll(/ value(="[^"]*")?/g, '')

test('DESIGN §5: an unknown login, a wrong password and a disabled account are answered alike', async () => {
  await server.apply({ users: [{ login: 'bob', disabled: true }] })
  const page = await open()
  const answers = [
    await signIn(browser, page, 'nobody', password),
    await signIn(browser, page, 'alice', 'wrong'),
    await signIn(browser, page, 'bob', password),
    await signIn(browser, page, 'bob', 'wrong'),
    await signIn(browser, page, '', ''),
    await signIn(browser, page, 'a'.repeat(1000), password),
    await signIn(browser, page, 'alice\u200b', password),
    await signIn(browser, page, 'alice', 'x'.repeat(5000)),
  ]
  const [first] = answers
  if (!first) throw new Error('no answer')
  for (const answer of answers) {
    expect(answer.status).toBe(400)
    expect(without(answer)).toBe(without(first))
    expect(answer.html).toContain('The username or the password is not right')
    expect(answer.headers.getSetCookie()).toEqual([])
  }
  await server.apply({ users: [{ login: 'bob', disabled: false }] })
})

test('DESIGN §5: what was typed is kept, the password is not', async () => {
  const page = await signIn(browser, await open(), 'al"ice', 'my-wrong-password')
  expect(page.html).toContain('value="al&quot;ice"')
  expect(page.html).not.toContain('my-wrong-password')
})

test('DESIGN §5: a login may be typed in capitals and with spaces around it', async () => {
  expect((await signIn(browser, await open(), '  ALICE ')).status).toBe(200)
})

test('DESIGN §5 rule 6: fifteen failures of an account are allowed, then 429 until the time that is said', async () => {
  server.clock.pass(900 - (server.clock.now() % 900) + 100)
  expect(await fail(15)).toEqual(Array(15).fill(400))
  const page = await open()
  const refused = await signIn(browser, page)
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('800')
  expect(refused.html).toContain('You can try again in 14 minutes.')
  // Nobody else is kept out.
  expect((await signIn(openedBy('bob'), await open(openedBy('bob')), 'bob')).status).toBe(200)
  server.clock.pass(799)
  expect((await signIn(browser, page)).status).toBe(429)
  server.clock.pass(1)
  expect((await signIn(browser, page)).status).toBe(200)
})

const browsers = new Map<string, Browser>()
function openedBy(name: string): Browser {
  const known = browsers.get(name) ?? openBrowser()
  browsers.set(name, known)
  return known
}

test('DESIGN §5 rule 6: unknown logins are limited like known ones', async () => {
  expect(await fail(17, 'nobody')).toEqual([...Array(15).fill(400), 429, 429])
})

test('DESIGN §5 rule 6: a success resets nothing', async () => {
  const stranger = openBrowser()
  expect(await fail(10)).toEqual(Array(10).fill(400))
  expect((await signIn(stranger, await open(stranger))).status).toBe(200)
  expect(await fail(6)).toEqual([...Array(5).fill(400), 429])
})

test('DESIGN §5 rule 6: of sixty guesses at once fifteen are made', async () => {
  const page = await open()
  const guesses = await Promise.all(Array.from({ length: 60 }, () => signIn(browser, page, 'alice', 'wrong')))
  expect(guesses.filter(it => it.status === 400)).toHaveLength(15)
  expect(guesses.filter(it => it.status === 429)).toHaveLength(45)
})

test('DESIGN §5 rule 6: three hundred failures of an address are allowed, whatever the accounts', async () => {
  await fail(1, 'first')
  // The others are counted as the server counts them, without the half minute that hashing them takes.
  const [address] = readRows(server.data_dir, 'throttles').filter(row => String(row['bucket']).startsWith('address:'))
  const bucket = String(address?.['bucket'])
  for (let counted = 1; counted < 299; counted++) {
    await server.data.store.countAttempts([bucket], Number(address?.['period']))
  }
  expect(await fail(2, 'other')).toEqual([400, 429])
  expect((await signIn(browser, await open(), 'bob')).status).toBe(429)
})

test('DESIGN §5 rule 6: the count outlives a restart', async () => {
  await fail(15)
  server = await server.restart()
  expect((await signIn(browser, await open())).status).toBe(429)
})

test('DESIGN §5 rule 6: a browser that has signed in before is not locked out by strangers, nor unlimited', async () => {
  const own = openBrowser()
  await obtainTokens(server.issuer, {}, own)
  await fail(20)
  expect((await signIn(openBrowser(), await open())).status).toBe(400)
  const page = await own.get(url({ prompt: 'login' }))
  expect((await signIn(own, page)).status).toBe(303)
  const again = await own.get(url({ prompt: 'login' }))
  const statuses = []
  for (let time = 0; time < 17; time++) statuses.push((await signIn(own, again, 'alice', 'wrong')).status)
  expect(statuses).toEqual([...Array(15).fill(400), 429, 429])
})

test('DESIGN §5 rule 6: the cookie of a known browser proves its own logins only', async () => {
  const own = openBrowser()
  await obtainTokens(server.issuer, {}, own)
  await fail(15, 'bob')
  expect((await signIn(own, await own.get(url({ prompt: 'login' })), 'bob')).status).toBe(429)
})

test('DESIGN §3: the session\u2019s cookie is not in the database', async () => {
  await signIn(browser, await open())
  const stored = JSON.stringify(readRows(server.data_dir, 'sessions'))
  for (const [name, value] of browser.cookies) {
    if (name.includes('session')) expect(stored).not.toContain(value.split('.')[1])
  }
})

test('DESIGN §5: a disabled account is signed out everywhere', async () => {
  await obtainTokens(server.issuer, {}, browser)
  await server.apply({ users: [{ login: 'alice', disabled: true }] })
  const shown = await open()
  await server.apply({ users: [{ login: 'alice', disabled: false }] })
  expect(shown.title).toContain('Sign in')
})

test('DESIGN §5: on http, cookies carry the port in their names and are kept from scripts and other sites', async () => {
  const { port } = new URL(server.issuer)
  const shown = (await open()).headers.getSetCookie()
  const page = await open(openedBy('cookies'))
  const set = (await signIn(openedBy('cookies'), page)).headers.getSetCookie()
  const attributes = 'Path=/; HttpOnly; SameSite=Lax'
  expect(shown).toEqual([expect.stringMatching(new RegExp(`^grantwise-browser-${port}=[\\w-]{43}; ${attributes}$`))])
  expect(set).toEqual([
    expect.stringMatching(new RegExp(`^grantwise-session-${port}=[0-9a-v]{20}\\.[\\w-]{43}; ${attributes}$`)),
    expect.stringMatching(new RegExp(`^grantwise-known-${port}=[\\w.-]+; Max-Age=34560000; ${attributes}$`)),
  ])
})

test('DESIGN §5: on https, cookies are __Host- and Secure, behind a proxy too, and of an issuer with a path its own', async () => {
  const below = await startServer({ config: { issuer: 'https://id.example.com/tenant', trust_proxy: ['127.0.0.1'] } })
  const visitor = openBrowser(through(below.url, { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' }))
  const page = await visitor.get(authorizeUrl('https://id.example.com/tenant'))
  const answer = await visitor.submit(
    page,
    '/tenant/sign-in',
    { login: 'alice', password },
    { origin: 'https://id.example.com' },
  )
  const set = [...page.headers.getSetCookie(), ...answer.headers.getSetCookie()]
  expect(set.map(line => line.split('=')[0])).toEqual([
    '__Host-grantwise-browser-tenant',
    '__Host-grantwise-session-tenant',
    '__Host-grantwise-known-tenant',
  ])
  for (const line of set) {
    for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/'])
      expect(line.split('; ')).toContain(attribute)
    expect(line).not.toMatch(/domain=/i)
  }
  expect(answer.title).toContain('Allow')
  expect(readRows(below.data_dir, 'sessions')[0]?.['address']).toBe('203.0.113.7')
  await below.close()
})

test('DESIGN §5 rule 4: without a trusted proxy, X-Forwarded-For is ignored', async () => {
  const forwarded = openBrowser(through(server.url, { 'x-forwarded-for': '203.0.113.7', forwarded: 'for=203.0.113.7' }))
  await signIn(forwarded, await open(forwarded))
  const addresses = new Set(readRows(server.data_dir, 'sessions').map(row => row['address']))
  expect([...addresses]).toEqual(['127.0.0.1'])
})

test('DESIGN §5 rule 4: behind a proxy, what the visitor wrote into X-Forwarded-For is not believed', async () => {
  const below = await startServer({ config: { trust_proxy: ['127.0.0.1'] } })
  const spoofing = openBrowser(through(below.url, { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' }))
  await signIn(spoofing, await spoofing.get(authorizeUrl(below.issuer)))
  expect(readRows(below.data_dir, 'sessions')[0]?.['address']).toBe('203.0.113.7')
  await below.close()
})

test('DESIGN §5 rule 4: no garbage in X-Forwarded-For breaks a sign-in', async () => {
  const below = await startServer({ config: { trust_proxy: ['127.0.0.1'] } })
  for (const garbage of ['x', '', ',', '999.1.1.1', '<script>', '::1%lo', '[::1]:80']) {
    const visitor = openBrowser(through(below.url, { 'x-forwarded-for': garbage }))
    expect((await signIn(visitor, await visitor.get(authorizeUrl(below.issuer)))).status).toBe(200)
  }
  await below.close()
})

test('OIDC Core §2: a session lives a week unused and a month at most', async () => {
  const day = 86_400
  await obtainTokens(server.issuer, {}, browser)
  const silent = async () => (await browser.get(url({ prompt: 'none' }))).location?.searchParams.get('error') ?? 'code'
  for (let week = 0; week < 4; week++) {
    server.clock.pass(7 * day - 1)
    expect(await silent()).toBe('code')
  }
  server.clock.pass(3 * day)
  expect(await silent()).toBe('login_required')

  await signIn(browser, await open())
  server.clock.pass(7 * day)
  expect(await silent()).toBe('login_required')
})
