import axe, { type AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorGroups } from '../../src/advisor/explain/index.ts'
import { errorStylesheet, stylesheet } from '../../src/http/assets/index.ts'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainCode, redeem } from '../support/token.ts'
import { createVisits, fillSignIn, type Visits } from '../support/visit.ts'
import { world } from '../support/world.ts'
import { scene } from './stage.ts'

const [web, ...others] = world.clients
const registered = [
  'https://photos.example.com/auth/callback',
  'http://localhost:5001/callback',
  'http://127.0.0.1:5001/callback',
]
const owned = { ...web, redirect_uris: registered, grantwise: { ...web.grantwise, owners: ['alice'] } }
const document = { ...scene, clients: [owned, ...others] }

let browser: Browser
let server: TestServer
let visit: Visits

beforeAll(async () => {
  server = await startServer({ document })
  browser = await launchChromium()
  visit = createVisits(browser, () => server.issuer)
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

async function signInAt(page: Page, login = 'alice'): Promise<void> {
  await page.goto(`${server.issuer}/account`)
  await fillSignIn(page, login)
  await page.waitForURL(`${server.issuer}/account`)
}

function heading(page: Page): Promise<string | null> {
  return page.locator('h1').textContent()
}

/** Looks a refusal up that happened away from the browser. */
async function lookUp(page: Page, reason: string, refuse: () => Promise<unknown>): Promise<void> {
  let reference = ''
  const stop = server.journeys.follow(({ step }) => {
    if (step.checks?.some(check => check.reason === reason && !check.passed)) reference = step.reference ?? ''
  })
  await refuse()
  stop()
  await page.goto(`${server.issuer}/errors`)
  await page.getByLabel('Reference on an error page').fill(reference)
  await page.getByRole('button', { name: 'Look it up' }).click()
  await page.waitForURL(/lookup/)
}

describe.each([true, false])('with scripts: %s', javaScriptEnabled => {
  test('a stranger reads what happened, goes to the reason, and finds no details', async () => {
    await visit({ javaScriptEnabled }, async ({ page, look }) => {
      const looked = javaScriptEnabled ? look : async () => {}
      await page.goto(authorizeUrl(server.issuer, { redirect_uri: 'https://photos.example.com/auth/callback/' }))
      await looked('error-stranger')
      expect(await heading(page)).toBe('The app gave an address that is not its own')
      await page.getByRole('link', { name: 'More about this' }).click()
      await page.waitForURL(/\/errors\/redirect-uri-mismatch$/)
      await looked('reason')
      await page.goBack()
      await page.getByRole('link', { name: 'see the details' }).click()
      await page.waitForURL(/lookup/)
      await looked('lookup-nothing')
      expect(await heading(page)).toBe('Nothing found')
    })
  })

  test('the owner reads the difference first, and looks up what happened elsewhere', async () => {
    await visit({ javaScriptEnabled }, async ({ page, look }) => {
      const looked = javaScriptEnabled ? look : async () => {}
      await signInAt(page)
      await page.goto(authorizeUrl(server.issuer, { redirect_uri: 'https://photos.example.com/auth/callback/' }))
      await looked('error-owner-redirect')
      expect(await heading(page)).toBe('The redirect URI differs in its trailing slash')
      expect(await page.locator('mark').first().textContent()).toBe('/')

      await page.goto(`${server.issuer}/errors`)
      await looked('errors-index')
      await lookUp(page, 'code-expired', async () => {
        const code = await obtainCode(server.issuer)
        server.clock.pass(75)
        await redeem(server.issuer, code)
      })
      await looked('lookup-code-expired')
      expect(await page.locator('main').textContent()).toContain('15 seconds too late')

      await lookUp(page, 'pkce-verifier-mismatch', async () =>
        redeem(server.issuer, await obtainCode(server.issuer), { code_verifier: 'x'.repeat(43) }),
      )
      await looked('lookup-pkce')
      expect(await heading(page)).toBe('The code verifier does not belong to the code')

      await lookUp(page, 'scope-empty', () =>
        openBrowser().get(authorizeUrl(server.issuer, { scope: 'catalog:write photos:read address' })),
      )
      await looked('lookup-scope')
      expect(await page.locator('main').textContent()).toContain('not registered for the app')

      await lookUp(page, 'resource-unknown', () =>
        openBrowser().get(authorizeUrl(server.issuer, { resource: 'https://api.example.com/' })),
      )
      await looked('lookup-audience')
      expect(await heading(page)).toBe('The audience differs in its trailing slash')
    })
  })
})

test('every page of a reason fits phones, and is accessible: they differ in words only, so a few of each group are looked at', async () => {
  const looked = errorGroups.flatMap(({ ids }) => [...ids.slice(0, 2), ...ids.slice(-1)])
  const ids = errorGroups.flatMap(group => group.ids)
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  for (const id of ids) {
    await page.goto(`${server.issuer}/errors/${id}`)
    expect([id, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([id, 390])
    if (!looked.includes(id)) continue
    await page.evaluate(axe.source)
    const { violations } = await page.evaluate<AxeResults>('axe.run()')
    expect([id, violations.map(it => it.id)]).toEqual([id, []])
  }
  await context.close()
})

test('UI: a page of a reason, and an error page with details, stay under 15 KB', async () => {
  const dev = await startServer({ document, config: { dev: true } })
  try {
    const styles = Buffer.byteLength(stylesheet.body) + Buffer.byteLength(errorStylesheet.body)
    const details = await openBrowser().get(authorizeUrl(dev.issuer, { redirect_uri: `${registered[0]}/` }))
    const reason = await openBrowser().get(`${dev.issuer}/errors/redirect-uri-mismatch`)
    for (const { html } of [details, reason]) expect(Buffer.byteLength(html)).toBeLessThan(15_000)
    expect(Buffer.byteLength(errorStylesheet.body)).toBeLessThan(3_000)
    expect(styles).toBeLessThan(16_000)
  } finally {
    await dev.close()
  }
})
