import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorizeUrl, openBrowser, sentBack } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { implicitClient } from '../support/retired-clients.ts'
import type { TestServer } from '../support/server.ts'
import { createVisits, fillSignIn, type Visits } from '../support/visit.ts'
import { password } from '../support/world.ts'
import { drift, looked, startLooked } from './apps.ts'

let chromium: Browser
let server: TestServer
let visit: Visits

beforeAll(async () => {
  chromium = await launchChromium()
  server = await startLooked()
  drift(server, 'photo-prints')
  await sentBack(openBrowser(), authorizeUrl(server.issuer, { ...implicitClient.asks, response_type: 'token' }))
  visit = createVisits(chromium, () => server.issuer)
})
afterAll(async () => {
  await chromium?.close()
  await server?.close()
})

async function enterAs(page: Page, login: string): Promise<void> {
  await page.goto(`${server.issuer}/clients`)
  await fillSignIn(page, login)
  await page.getByRole('heading', { level: 1, name: /^(Apps|Your apps)$/ }).waitFor()
}

test.each([true, false])(
  'an administrator finds an old app, ends its flow by a day, and moves it; scripts %j',
  async javaScriptEnabled => {
    // As it was, after the other of the two.
    await server.apply({ clients: looked.clients.filter(it => it.client_id === 'old-spa') })
    await visit({ javaScriptEnabled }, async ({ page, look }) => {
      const lookAt = async (name: string) => {
        // What looks runs in the page.
        if (javaScriptEnabled) await look(name)
      }
      await enterAs(page, 'root')
      await lookAt('apps')
      await page.getByRole('searchbox').fill('old single')
      await page.getByRole('searchbox').press('Enter')
      await page.getByRole('link', { name: 'Old single-page app' }).click()
      await page.getByRole('heading', { name: 'Retired flows' }).waitFor()
      await lookAt('app-retired')
      await page.getByLabel('They end on').fill('2031-03-01')
      await page.getByRole('button', { name: 'Set the day' }).click()
      await page.getByText('The day is set.').waitFor()
      expect(await server.data.store.client('old-spa')).toMatchObject({
        grantwise: { retired_until: Date.UTC(2031, 2, 1) / 1000 },
      })
      await lookAt('app-sunset')
      await page.goto(`${server.issuer}/clients/photo-prints`)
      await page.getByRole('heading', { name: 'By today’s rules the answer would be another' }).waitFor()
      await lookAt('app-drifted')
      await page.goto(`${server.issuer}/clients/old-spa`)
      await page.getByRole('link', { name: 'See what that does' }).click()
      await page.getByRole('heading', { name: 'What it breaks' }).waitFor()
      await page.getByRole('button', { name: 'Change the app' }).click()
      await page.getByText('The app is changed.').waitFor()
      expect(await server.data.store.client('old-spa')).toMatchObject({
        grant_types: ['authorization_code', 'refresh_token'],
      })
    })
  },
)

test('the answer again, over the advisor, to a new secret', async () => {
  await visit({}, async ({ page, look }) => {
    await enterAs(page, 'root')
    await page.goto(`${server.issuer}/clients/spa`)
    await page.getByRole('link', { name: 'Change the answer' }).click()
    await page.getByRole('link', { name: 'Change spa to this' }).waitFor()
    await page.goto(
      page.url().replace('runs_on=browser', 'runs_on=server').replace('secret_safe=no', 'secret_safe=yes'),
    )
    await page.getByRole('link', { name: 'Change spa to this' }).click()
    await page.getByRole('heading', { name: 'Change Single-page app' }).waitFor()
    await look('app-change')
    await page.locator('#redirect_uris').fill('http://*.example.com/cb')
    await page.getByRole('button', { name: 'See what that does' }).click()
    await page.getByRole('heading', { name: 'It cannot be registered like this yet' }).waitFor()
    await look('app-change-refused')
    await page.locator('#redirect_uris').fill('https://app.example.com/cb')
    await page.getByRole('button', { name: 'See what that does' }).click()
    await page.getByRole('button', { name: 'Change the app' }).click()
    await page.locator('#client_secret').waitFor()
    await look('app-changed')
  })
})

test('an owner of nothing is led to the advisor', async () => {
  await visit({}, async ({ page, look }) => {
    await server.apply({ users: [{ login: 'carol', password }] })
    await enterAs(page, 'carol')
    await page.getByRole('link', { name: 'Ask the advisor' }).waitFor()
    await look('apps-none')
  })
})

test('every page fits every width, down to 200 % zoom on a phone', async () => {
  await visit({}, async ({ page }) => {
    await enterAs(page, 'root')
    for (const path of [
      '/clients',
      '/clients/old-web',
      '/clients/photo-prints',
      '/clients/of-bob/advice?acts_for=user&runs_on=server&secret_safe=yes&redirect=yes&trusted_pw=no&offline=no&backend=no&platform_id=no',
    ]) {
      await page.goto(server.issuer + path)
      for (const width of [1280, 640, 390, 195]) {
        await page.setViewportSize({ width, height: 800 })
        expect(await page.evaluate('document.documentElement.scrollWidth'), `${path} at ${width}`).toBe(width)
      }
    }
  })
})
