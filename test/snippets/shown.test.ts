import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { job, newClientUrl, startAdministered } from '../clients/support.ts'
import { launchChromium } from '../support/chromium.ts'
import type { TestServer } from '../support/server.ts'
import { createVisits, fillSignIn, type Visits } from '../support/visit.ts'
import { run } from './support.ts'

let server: TestServer
let chromium: Browser
let visit: Visits
beforeAll(async () => {
  ;[server, chromium] = await Promise.all([startAdministered(), launchChromium()])
  visit = createVisits(chromium, () => server.issuer)
})
afterAll(async () => {
  await chromium?.close()
  await server?.close()
})

test.each([true, false])(
  'what is copied from the page that registered a client runs; scripts %j',
  async javaScriptEnabled => {
    await visit({ javaScriptEnabled }, async ({ page }) => {
      await page.goto(newClientUrl(server, job))
      await fillSignIn(page, 'root')
      await page.locator('#client_name:focus').waitFor()
      await page.locator('#client_name').fill('Nightly import')
      await page.getByLabel('Example API').check()
      await page.getByRole('button', { name: 'Register the app', exact: true }).click()
      await page.getByRole('heading', { name: 'Code for your stack' }).waitFor()
      const shown = page.locator('.stacks > details')
      const open = shown.filter({ has: page.locator('pre:visible') })
      expect(await open.count()).toBe(1)
      const env = (await page.locator('.code > pre').textContent()) ?? ''
      for (const [at, name] of ['openid-client', 'oauth4webapi'].entries()) {
        const stack = shown.nth(at)
        // One is open, and another takes its place.
        if (at > 0) await stack.locator('summary').click()
        expect(await open.count()).toBe(1)
        expect(await stack.locator('.stack').textContent()).toBe(name)
        const [install = '', file = '', command = ''] = await stack.locator('dd').allInnerTexts()
        const text = (await stack.locator('pre').textContent()) ?? ''
        const running = run(
          { id: 'openid-client', name, language: 'TypeScript', install, file, run: command, text },
          { env, snippets: [], remarks: [] },
        )
        try {
          expect(await running.ended()).toMatch(/Got an access token for \d+ seconds, with the scope catalog:read/)
        } finally {
          await running.stop()
        }
      }
    })
  },
)
