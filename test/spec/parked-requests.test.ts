import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorizeUrl, openBrowser, type Page, signIn } from '../support/browser.ts'
import { send } from '../support/raw.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, obtainTokens, post, redeem } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const firstParty = { client_id: 'first-party', redirect_uri: 'http://127.0.0.1:5005/callback' }
const url = (changes: Record<string, string | undefined> = {}) => authorizeUrl(server.issuer, changes)
const codeOf = ({ location }: { readonly location: URL | undefined }) => location?.searchParams.get('code')
const expired = 'This page is too old - Grantwise'
const foreign = 'Start again from the app - Grantwise'

test('DESIGN §3: restarts between the pages of a sign-in lose nothing', async () => {
  const browser = openBrowser()
  let page = await browser.get(url({ prompt: 'consent', state: 'kept', nonce: 'kept' }))
  server = await server.restart()
  page = await signIn(browser, page, 'alice', 'wrong')
  server = await server.restart()
  page = await signIn(browser, page)
  server = await server.restart()
  page = await browser.submit(page, '/consent', { consent: 'allow' })
  expect(page.location?.searchParams.get('state')).toBe('kept')
  server = await server.restart()
  expect((await redeem(server.issuer, codeOf(page) ?? '')).status).toBe(200)
})

test('DESIGN §5 rule 5: the page of another browser is refused, with a cookie of its own or none', async () => {
  const attacker = openBrowser()
  const page = await attacker.get(url(firstParty))
  const victim = openBrowser()
  for (const prepare of [async () => {}, () => victim.get(url())]) {
    await prepare()
    const refused = await signIn(victim, page)
    expect(refused).toMatchObject({ status: 400, title: foreign, location: undefined })
    expect([...victim.cookies.keys()].some(name => name.includes('session'))).toBe(false)
  }
  const cookie = { cookie: [...attacker.cookies].map(pair => pair.join('=')).join('; ') }
  expect(cookie.cookie).toContain('browser')
  expect((await signIn(attacker, page)).status).toBe(303)
})

test('DESIGN §5 rule 5: a field that was tampered with is refused', async () => {
  const browser = openBrowser()
  const page = await browser.get(url())
  const parked = page.parked ?? ''
  const flip = (at: number) => parked.slice(0, at) + (parked[at] === 'A' ? 'B' : 'A') + parked.slice(at + 1)
  const tampered = [
    undefined,
    '',
    'x',
    parked.slice(1),
    parked.slice(0, -4),
    flip(3),
    flip(parked.length >> 1),
    parked + parked,
  ]
  for (const field of tampered) expect((await signIn(browser, { ...page, parked: field })).status).toBe(400)
  expect((await signIn(browser, page)).location).toBeDefined()
})

test('DESIGN §5 rule 5: the field of a sign-out is none of a sign-in, and the other way round', async () => {
  const browser = openBrowser()
  const signInPage = await browser.get(url())
  await signIn(browser, signInPage)
  const logoutPage = await browser.get(`${server.issuer}/logout`)
  expect(logoutPage.parked).toBeTruthy()
  expect((await browser.submit(signInPage, '/logout', { logout: 'yes' })).status).toBe(400)
  expect((await browser.submit(logoutPage, '/consent', { consent: 'allow' })).status).toBe(400)
})

test('DESIGN §3: a page is good for an hour, to the second', async () => {
  const browser = openBrowser()
  const page = await browser.get(url({ prompt: 'consent' }))
  server.clock.pass(3599)
  const consent = await signIn(browser, page)
  expect(consent.title).toContain('Allow')
  server.clock.pass(1)
  const late = await browser.submit(consent, '/consent', { consent: 'allow' })
  expect(late).toMatchObject({ status: 400, title: expired, location: undefined })
  expect(await signIn(browser, page)).toMatchObject({ status: 400, title: expired })
})

test('DESIGN §3: a request that was answered gives no second code', async () => {
  const browser = openBrowser()
  const page = await signIn(browser, await browser.get(url({ prompt: 'consent' })))
  const first = await browser.submit(page, '/consent', { consent: 'allow' })
  expect(codeOf(first)).toBeTruthy()
  for (let again = 0; again < 2; again++) {
    const second = await browser.submit(page, '/consent', { consent: 'allow' })
    expect(second.location?.searchParams.get('error')).toBe('access_denied')
    expect(codeOf(second)).toBeNull()
    server = await server.restart()
  }
  expect((await redeem(server.issuer, codeOf(first) ?? '')).status).toBe(200)
})

test('DESIGN §3: of twenty submits at once one gives a code', async () => {
  const browser = openBrowser()
  const page = await signIn(browser, await browser.get(url({ prompt: 'consent' })))
  const submits = Array.from({ length: 20 }, () => browser.submit(page, '/consent', { consent: 'allow' }))
  const codes = (await Promise.all(submits)).filter(it => codeOf(it))
  expect(codes).toHaveLength(1)
})

test('DESIGN §3: a sign-in form that is submitted again gives no second code', async () => {
  const browser = openBrowser()
  const page = await browser.get(url(firstParty))
  expect(codeOf(await signIn(browser, page))).toBeTruthy()
  const second = await signIn(browser, page)
  expect(second.location?.searchParams.get('error')).toBe('access_denied')
})

test('DESIGN §3: two requests of one browser wait side by side', async () => {
  const browser = openBrowser()
  const [one, two] = [
    await browser.get(url({ state: 'one', prompt: 'consent' })),
    await browser.get(url({ state: 'two', prompt: 'consent' })),
  ]
  const allow = async (page: Page) => browser.submit(await signIn(browser, page), '/consent', { consent: 'allow' })
  expect((await allow(two)).location?.searchParams.get('state')).toBe('two')
  expect((await allow(one)).location?.searchParams.get('state')).toBe('one')
})

test('DESIGN §3: a request that is too long to be kept is refused, whole', async () => {
  const page = await openBrowser().get(url({ state: 'x'.repeat(7000) }))
  expect(page).toMatchObject({ status: 400, title: 'The request is too long - Grantwise', location: undefined })
  expect((await openBrowser().get(url({ state: 'x'.repeat(4000) }))).parked).toBeTruthy()
})

test('DESIGN §3: a stranger\u2019s requests write no row', async () => {
  await obtainTokens(server.issuer)
  const before = countRows(server.data_dir)
  const browser = openBrowser()
  for (const changes of [
    {},
    { prompt: 'none' },
    { client_id: 'nobody' },
    { redirect_uri: 'x' },
    { scope: 'unknown' },
    firstParty,
  ]) {
    await browser.get(url(changes))
    await browser.post(`${server.issuer}/authorize`, new URL(url(changes)).search.slice(1))
  }
  const page = await browser.get(url())
  await browser.submit(page, '/sign-in', { cancel: 'yes' })
  for (const path of ['/sign-in', '/consent', '/select-account', '/logout']) {
    if (path !== '/sign-in') await browser.submit(page, path, { consent: 'allow', account: 'current', logout: 'yes' })
    await browser.post(server.issuer + path, { parked: 'x' })
  }
  await browser.get(`${server.issuer}/logout`)
  for (const path of ['/token', '/introspect', '/revoke', '/userinfo']) {
    for (const headers of [{}, basic('web', 'wrong'), basic('nobody')]) {
      await post(server.issuer + path, { grant_type: 'refresh_token', refresh_token: 'x', token: 'a.b.c' }, headers)
    }
  }
  await send(`${server.issuer}/nothing`)
  const after = countRows(server.data_dir)
  expect(after).toEqual(before)
  expect(Object.keys(before).length).toBeGreaterThan(12)

  // A guess of a password counts, in buckets whose number is fixed, and leaves nothing else.
  await signIn(browser, page, 'nobody', 'x')
  const { throttles: counted = 0, ...rest } = countRows(server.data_dir)
  const { throttles = 0, ...same } = before
  expect(rest).toEqual(same)
  expect(counted - throttles).toBeLessThanOrEqual(2)
})
