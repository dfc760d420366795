import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { redirectUriFault } from '../../src/admin/redirect-uri.ts'
import { useAdministered } from '../clients/stage.ts'
import { newClientUrl } from '../clients/support.ts'
import { fillSignIn } from '../support/visit.ts'

const stage = useAdministered()

async function enterForm(page: Page): Promise<void> {
  await page.goto(newClientUrl(stage.server))
  await fillSignIn(page, 'root')
  await page.locator('#client_name:focus').waitFor()
}

describe('a redirect URI, while it is typed', () => {
  test('is held to what the server would say, in its words, and mended by a click without a request', async () => {
    await stage.visit({}, async ({ page }) => {
      await enterForm(page)
      const field = page.locator('#redirect_uris')
      const findings = page.locator('#redirect_uris-problem .findings li')
      await field.pressSequentially('https://app.example.com/cb')
      expect(await findings.count()).toBe(0)
      await field.pressSequentially('#home')
      await findings.first().waitFor()
      const address = 'https://app.example.com/cb#home'
      expect(await findings.locator('span').textContent()).toBe(`Expected ${redirectUriFault(address)}.`)
      expect(await field.getAttribute('aria-invalid')).toBe('true')
      const requests: string[] = []
      page.on('request', request => requests.push(request.url()))
      await page.getByRole('button', { name: 'Change it to https://app.example.com/cb' }).click()
      expect(await field.inputValue()).toBe('https://app.example.com/cb')
      expect(await findings.count()).toBe(0)
      expect(await field.getAttribute('aria-invalid')).toBeNull()
      expect(requests).toEqual([])
      expect(new URL(page.url()).pathname).toBe('/clients/new')
    })
  })

  test('is not called wrong while it is half written, and is once the field is left', async () => {
    await stage.visit({}, async ({ page }) => {
      await enterForm(page)
      const findings = page.locator('#redirect_uris-problem .findings li')
      await page.locator('#redirect_uris').pressSequentially('app.examp')
      expect(await findings.count()).toBe(0)
      await page.locator('#client_name').focus()
      await findings.first().waitFor()
      expect(await findings.count()).toBe(1)
    })
  })

  test('a press on the button that registers is a click, whatever is found when the field is left by it', async () => {
    await stage.visit({}, async ({ page }) => {
      await enterForm(page)
      await page.locator('#client_name').fill('Photo Prints')
      const api = page.getByLabel('Example API')
      if ((await api.count()) > 0) await api.check()
      await page.locator('#redirect_uris').pressSequentially('localhost:5173')
      const button = page.getByRole('button', { name: 'Register the app', exact: true })
      await button.scrollIntoViewIfNeeded()
      const box = await button.boundingBox()
      if (!box) throw new Error('no button')
      const sent = page.waitForRequest(request => request.method() === 'POST')
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
      await page.mouse.down()
      // As long as a finger stays: the browser has drawn the page in between.
      await page.evaluate(() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn))))
      await page.mouse.up()
      await sent
      await expect.poll(() => page.title()).toContain('Not registered yet')
    })
  })

  test('the Enter key sends the form, and mends nothing', async () => {
    await stage.visit({}, async ({ page }) => {
      await enterForm(page)
      await page.locator('#client_name').fill('Photo Prints')
      await page.locator('#redirect_uris').fill('https://app.example.com/cb#home')
      await page.getByRole('button', { name: /^Change it to/ }).waitFor()
      await page.locator('#client_name').press('Enter')
      await expect.poll(() => page.title()).toContain('Not registered yet')
      expect(await page.locator('#redirect_uris').inputValue()).toBe('https://app.example.com/cb#home')
    })
  })

  test('stands for several, each on its line, beside those that the server found', async () => {
    await stage.visit({}, async ({ page }) => {
      await enterForm(page)
      await page.locator('#client_name').fill('Photo Prints')
      await page.locator('#redirect_uris').fill('https://*.example.com/cb\nhttps://app.example.com/cb')
      await page.getByRole('button', { name: 'Register the app', exact: true }).click()
      const findings = page.locator('#redirect_uris-problem .findings li')
      await findings.first().waitFor()
      expect(await findings.count()).toBe(1)
      await page.locator('#redirect_uris').focus()
      await page.keyboard.press('Control+End')
      await page.keyboard.type('\nhttp://app.example.com/x\n')
      await expect.poll(() => findings.count()).toBe(2)
      await page.locator('#redirect_uris').fill('https://app.example.com/cb\n')
      await expect.poll(() => findings.count()).toBe(0)
    })
  })
})
