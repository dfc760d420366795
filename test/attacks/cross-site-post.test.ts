import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainTokens } from '../support/token.ts'
import { secret } from '../support/world.ts'

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
    ['too long for a URL', crossSite, `&ui_locales=${encodeURIComponent('é'.repeat(1000))}`],
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
