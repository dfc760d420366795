import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { usual } from '../advisor/samples.ts'
import { basic, clientCredentials } from '../support/token.ts'
import { fillSignIn } from '../support/visit.ts'
import { useAdministered } from './stage.ts'
import { job } from './support.ts'

const stage = useAdministered()

const follow = (page: Page, name: string | RegExp) =>
  page.getByRole('link', typeof name === 'string' ? { name, exact: true } : { name }).click()

/** Answers what is asked, from the first question, until nothing is. */
async function answer(page: Page, answers: Readonly<Record<string, string>>): Promise<void> {
  for (let asked = 0; asked < 8; asked++) {
    await page.locator('#register, .choices a').first().waitFor()
    if ((await page.locator('#register').count()) > 0) return
    const links = await page.locator('.choices a').all()
    for (const link of links) {
      const href = (await link.getAttribute('href')) ?? ''
      const given = [...new URL(href, stage.server.issuer).searchParams].filter(([name]) => name !== 'part')
      if (!given.every(([name, value]) => answers[name] === value)) continue
      await link.click()
      await page.waitForURL(url => url.search === new URL(href, stage.server.issuer).search)
      break
    }
  }
  await page.locator('#register').waitFor()
}

describe.each([true, false])('in Chromium, scripts %j', javaScriptEnabled => {
  test('a command and a job: two answers, one form, two clients', async () => {
    await stage.visit({ javaScriptEnabled }, async ({ page, look }) => {
      const lookAt = (name: string) => (javaScriptEnabled ? look(name) : undefined)
      await page.goto(`${stage.server.issuer}/?for=apps`)
      await answer(page, { ...usual, runs_on: 'cli' })
      await follow(page, 'Add another part of your system')
      await page.getByRole('heading', { name: 'Your system' }).waitFor()
      await page.getByRole('heading', { name: 'Whose data does the program work with?' }).waitFor()
      await lookAt('system-question')
      await answer(page, job)
      await lookAt('system-answer')

      // One is looked at again, and nothing is lost on the way.
      await follow(page, 'Go back to Command')
      await page.getByRole('link', { name: 'Go back to Service' }).waitFor()
      await page.getByText('Authorization code with PKCE, over loopback').first().waitFor()
      await follow(page, 'Go back to Service')
      await page.getByRole('link', { name: 'Go back to Command' }).waitFor()

      await follow(page, 'Register all 2 here')
      await fillSignIn(page, 'root')
      await page.locator('#client_name:focus').waitFor()
      await lookAt('system-new')
      await page.locator('#client_name').fill('Photo command')
      await page.locator('#redirect_uris').fill('http://127.0.0.1/callback#x')
      await page.locator('[id="client_name-2"]').fill('Nightly import')
      await page.getByRole('button', { name: 'Register all 2' }).last().click()
      await page.locator('#redirect_uris:focus').waitFor()
      await lookAt('system-faults')
      await page.getByRole('button', { name: 'Change it to http://127.0.0.1/callback' }).click()
      await page.waitForFunction('document.querySelector("#redirect_uris").value === "http://127.0.0.1/callback"')
      await page.getByRole('group', { name: 'Part 2: Service' }).getByLabel('Example API').check()
      await page.getByRole('button', { name: 'Register all 2' }).last().click()
      await page.getByRole('heading', { name: '2 apps are registered' }).waitFor()
      await lookAt('system-done')
      const client_id = await page.locator('section.app').nth(1).locator('.credentials dd').first().textContent()
      const secrets = await page.locator('.secret dd').allInnerTexts()
      expect(secrets).toHaveLength(1)
      expect((await clientCredentials(stage.server.issuer, {}, basic(client_id ?? '', secrets[0]))).status).toBe(200)
      await page.reload()
      await page.getByRole('heading', { name: 'This form was sent before' }).waitFor()
      expect(await page.locator('.secret').count()).toBe(0)
    })
  })
})

test('every page of several fits every width', async () => {
  await stage.visit({}, async ({ page }) => {
    const part = new URLSearchParams({ ...job, name: 'x'.repeat(60) })
    const query = new URLSearchParams({ ...usual, part: part.toString() })
    for (const path of ['/', '/clients/new']) {
      await page.goto(`${stage.server.issuer}${path}?${query}`)
      if (path !== '/') await fillSignIn(page, 'root')
      await page.getByText('x'.repeat(60)).first().waitFor()
      for (const width of [1280, 640, 390, 320]) {
        await page.setViewportSize({ width, height: 800 })
        expect(await page.evaluate('document.documentElement.scrollWidth'), `${path} ${width}`).toBe(width)
      }
    }
  })
})
