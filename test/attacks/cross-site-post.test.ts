import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainTokens } from '../support/token.ts'
import { password, secret, world } from '../support/world.ts'
import { type EvilSite, selfPosting, startEvilSite } from './evil-site.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const at = () => `${server.issuer}/authorize`
const parameters = (changes: Record<string, string | undefined> = {}) =>
  new URL(authorizeUrl(server.issuer, changes)).search.slice(1)
const crossSite = { 'sec-fetch-site': 'cross-site', origin: 'https://app.example' }

describe('OIDC Core §3.1.2.1: a request that another site posts', () => {
  test('is asked again by GET, with the same parameters, before anybody looks like a stranger', async () => {
    const browser = openBrowser()
    await obtainTokens(server.issuer, {}, browser)
    const cookies = new Map(browser.cookies)
    // As a browser posts across sites: without the cookies.
    const bare = openBrowser()
    const more = `${parameters({ prompt: 'none', state: 'ä&b=c' })}&resource=https%3A%2F%2Fapi.example.com`
    const again = await bare.post(at(), more, crossSite)
    expect(again.status).toBe(303)
    expect(again.headers.get('cache-control')).toBe('no-store')
    expect(bare.cookies.size).toBe(0)
    expect(`${again.location?.origin}${again.location?.pathname}`).toBe(at())
    expect([...(again.location?.searchParams ?? [])].sort()).toEqual([...new URLSearchParams(more)].sort())
    for (const [name, value] of cookies) bare.cookies.set(name, value)
    const back = await bare.get(again.location?.href ?? '', { 'sec-fetch-site': 'cross-site' })
    expect(back.location?.searchParams.get('code')).toBeTruthy()
    expect(back.location?.searchParams.get('state')).toBe('ä&b=c')
  })

  test.each(['client_secret', 'code_verifier', 'password', 'refresh_token'])(
    'with %s in it reaches no URL',
    async name => {
      const page = await openBrowser().post(at(), `${parameters()}&${name}=${secret}`, crossSite)
      expect(page).toMatchObject({ status: 400, location: undefined })
      expect(JSON.stringify([...page.headers]) + page.html).not.toContain(secret)
      expect(page.html).toContain('secret-in-url')
    },
  )

  test('leaves no journey that says it was answered', async () => {
    const before = (await server.journeys.list()).journeys.length
    await openBrowser().post(at(), parameters(), crossSite)
    expect((await server.journeys.list()).journeys).toHaveLength(before)
  })

  test.each([
    ['from the same site', { 'sec-fetch-site': 'same-site' }, ''],
    ['by no browser', {}, ''],
    [
      'too long for a URL, in a frame',
      { ...crossSite, 'sec-fetch-dest': 'iframe' },
      `&ui_locales=${encodeURIComponent('é'.repeat(1000))}`,
    ],
  ])('%s is answered as it is', async (_how, headers, more) => {
    const page = await openBrowser().post(at(), parameters() + more, headers)
    expect(page).toMatchObject({ status: 200, title: 'Sign in to Web app - Grantwise' })
  })

  test('with our cookie all the same is answered as it is', async () => {
    const browser = openBrowser()
    await obtainTokens(server.issuer, {}, browser)
    const page = await browser.post(at(), parameters({ prompt: 'none' }), crossSite)
    expect(page.location?.searchParams.get('code')).toBeTruthy()
  })

  test('twice the same parameter is refused as ever, and sent nowhere', async () => {
    const page = await openBrowser().post(at(), `${parameters()}&state=2`, crossSite)
    expect(page).toMatchObject({ status: 400, location: undefined })
  })
})

describe('too long for a URL', () => {
  const long = (changes: Record<string, string | undefined> = {}) =>
    `${parameters(changes)}&ui_locales=${encodeURIComponent('é'.repeat(1000))}`
  const typed = { ...crossSite, 'sec-fetch-dest': 'document' }
  const own = () => ({ 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'document', origin: server.issuer })
  const fieldsOf = (html: string) =>
    [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [
      unescaped(name),
      unescaped(value),
    ])
  const unescaped = (text = '') =>
    text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

  test('it is asked again by a form of our own, with the same parameters, and no cookie is replaced', async () => {
    const browser = openBrowser()
    await obtainTokens(server.issuer, {}, browser)
    const more = `${long({ prompt: 'none', state: '"><script>x' })}&resource=https%3A%2F%2Fapi.example.com`
    const page = await openBrowser().post(at(), more, typed)
    expect([page.status, page.headers.getSetCookie(), page.headers.get('cache-control')]).toEqual([200, [], 'no-store'])
    expect(page.html).not.toContain('<script>x')
    expect(fieldsOf(page.html)).toEqual([...new URLSearchParams(more)])
    const back = await browser.post(`${at()}?again`, more, own())
    expect([back.status, back.location?.searchParams.get('state')]).toEqual([303, '"><script>x'])
    expect(back.location?.searchParams.get('code')).toBeTruthy()
  })

  test.each([
    ['with the mark of that form', '?again', typed],
    ['from a window without an origin', '?again', { ...typed, origin: 'null' }],
  ])('%s it is refused, and replaces no cookie either', async (_how, query, headers) => {
    const page = await openBrowser().post(at() + query, long(), headers)
    expect([page.status, page.headers.getSetCookie()]).toEqual([400, []])
    expect(page.html).toContain('origin-foreign')
  })

  test.each(['client_secret', 'code_verifier', 'password'])('with %s in it reaches no page', async name => {
    const page = await openBrowser().post(at(), `${long()}&${name}=${secret}`, typed)
    expect([page.status, page.html.includes(secret), page.headers.getSetCookie()]).toEqual([400, false, []])
  })

  describe('in Chromium', () => {
    let chromium: Browser
    let evil: EvilSite
    beforeAll(async () => {
      ;[chromium, evil] = [await launchChromium(), await startEvilSite()]
    })
    afterAll(async () => {
      await chromium?.close()
      await evil?.close()
    })
    const attack = (changes: Record<string, string>) =>
      evil.serve('/attack', selfPosting(at(), Object.fromEntries(new URLSearchParams(long(changes)))))

    test('a sign-in page that is open in another tab goes on, and who is signed in is no stranger', async () => {
      const redirect_uri = `${evil.sibling}/callback`
      await server.apply({ clients: [{ ...world.clients[0], redirect_uris: [redirect_uri] }] })
      const context = await chromium.newContext()
      try {
        const [open, lured] = [await context.newPage(), await context.newPage()]
        await open.goto(authorizeUrl(server.issuer, { redirect_uri }))
        attack({ redirect_uri })
        await lured.goto(`${evil.stranger}/attack`)
        await lured.getByLabel('Password', { exact: true }).waitFor()
        // A page that loses the front stops painting, and a click waits for its frames.
        await open.bringToFront()
        await open.getByLabel('Username').fill('bob')
        await open.getByLabel('Password', { exact: true }).fill(password)
        await open.getByRole('button', { name: 'Sign in' }).click()
        await open.getByRole('button', { name: 'Allow', exact: true }).click()
        await open.waitForURL(/callback\?code=/)
        attack({ redirect_uri, prompt: 'none', state: 'silent' })
        await lured.goto(`${evil.stranger}/attack`)
        await lured.waitForURL(/callback\?code=.*state=silent/)
      } finally {
        await context.close()
      }
    })
  })
})
