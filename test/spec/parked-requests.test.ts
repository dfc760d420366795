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
