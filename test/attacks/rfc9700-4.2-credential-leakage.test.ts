import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorize, authorizeUrl, openBrowser } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { fillSignIn } from '../support/visit.ts'
import { world } from '../support/world.ts'
import { type EvilSite, startEvilSite } from './evil-site.ts'

const [web] = world.clients

let server: TestServer
/** An app that writes down whatever it is told. */
let app: EvilSite
let chromium: Browser
beforeAll(async () => {
  ;[app, chromium] = await Promise.all([startEvilSite(), launchChromium()])
  const curious = {
    ...web,
    client_id: 'curious',
    redirect_uris: [`${app.stranger}/callback`],
    client_uri: `${app.stranger}/about`,
    policy_uri: `${app.stranger}/policy`,
  }
  server = await startServer({ document: { ...world, clients: [...world.clients, curious] } })
})
afterAll(async () => {
  await chromium?.close()
  await app?.close()
  await server?.close()
})

const url = (changes: Record<string, string> = {}) =>
  authorizeUrl(server.issuer, { client_id: 'curious', redirect_uri: `${app.stranger}/callback`, ...changes })

describe('RFC 9700 §4.2, §4.3: nothing may keep the redirect that carries the code, nor learn it by its Referer', () => {
  test.each([
    ['code', 302, {}],
    ['error', 302, { prompt: 'none', scope: 'unknown' }],
  ] as const)('an answer with a %s', async (_what, status, changes) => {
    const browser = openBrowser()
    await authorize(browser, authorizeUrl(server.issuer))
    for (const response_mode of ['query', 'fragment']) {
      const page = await browser.get(authorizeUrl(server.issuer, { response_mode, ...changes }))
      expect(page.status).toBe(status)
      expect(page.headers.get('cache-control')).toBe('no-store')
      expect(page.headers.get('referrer-policy')).toBe('no-referrer')
      expect(page.html).toBe('')
    }
  })
})

describe('in Chromium', () => {
  test('§4.2, §4.12: the app learns where its visitor came from by no Referer, and what they typed by no repeated POST', async () => {
    const context = await chromium.newContext()
    const page = await context.newPage()
    await page.goto(url({ state: 'secret-state' }))
    await fillSignIn(page)
    for (const name of ['Privacy policy', new URL(app.stranger).host]) {
      const opened = context.waitForEvent('page')
      await page.getByRole('link', { name }).click()
      await (await opened).waitForLoadState()
      await (await opened).close()
      // A page that loses the front stops painting, and a click waits for its frames.
      await page.bringToFront()
    }
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    await page.waitForURL(`${app.stranger}/callback**`)
    expect(app.asked.map(({ url }) => url.pathname)).toEqual(['/policy', '/about', '/callback'])
    for (const { method, referer, body } of app.asked) expect([method, referer, body]).toEqual(['GET', undefined, ''])
    await context.close()
  })

  test('§4.3: back, after signing out, shows nothing of the account', async () => {
    const context = await chromium.newContext()
    const page = await context.newPage()
    await page.goto(`${server.issuer}/account`)
    await fillSignIn(page)
    await page.getByText('alice@example.com').waitFor()
    await page.getByRole('button', { name: 'Sign out', exact: true }).first().click()
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
    for (let steps = 0; steps < 2; steps++) {
      await page.goBack()
      expect(await page.content()).not.toMatch(/alice/i)
    }
    await context.close()
  })
})
