import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { codesOf, poll, withDevices } from '../support/device.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { heading, press } from '../support/stage.ts'
import { createVisits, fillSignIn, type Visits } from '../support/visit.ts'
import { world } from '../support/world.ts'

/** RFC 8628 in a real browser: a device elsewhere, and whoever has it in front of them. */

let server: TestServer
let browser: Browser
let visit: Visits
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startServer({ document: withDevices(world) }), launchChromium()])
  visit = createVisits(browser, () => server.issuer)
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

test('types the code, signs in on the way, sees what is asked, and lets the device in', async () => {
  const codes = await codesOf(server.issuer)
  server.clock.pass(70)
  await visit({}, async ({ page, look }) => {
    await page.goto(codes.verification_uri)
    expect(await heading(page)).toBe('Sign in to connect a device')
    await look('device-sign-in')
    await fillSignIn(page)
    await page.getByRole('heading', { name: 'Connect a device' }).waitFor()
    await look('device')
    await page.keyboard.type('BCDF GHJK')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    await look('device-wrong')
    await page.getByLabel('Code').fill(codes.user_code.toLowerCase().replace('-', ' '))
    await press(page, 'Continue')
    await page.getByText('Your device must show this very code').waitFor()
    await look('device-confirm')
    await press(page, 'Allow')
    await page.getByRole('heading', { name: 'Your device is connected' }).waitFor()
    await look('device-connected')
  })
  expect((await poll(server.issuer, codes)).status).toBe(200)
})

test('without JavaScript, by the address of the picture: compares, and denies', async () => {
  const codes = await codesOf(server.issuer)
  await visit({ javaScriptEnabled: false }, async ({ page }) => {
    await page.goto(codes.verification_uri_complete)
    await fillSignIn(page)
    expect(await page.getByLabel('Code').inputValue()).toBe(codes.user_code)
    expect((await poll(server.issuer, codes)).body.error).toBe('authorization_pending')
    await press(page, 'Continue')
    await press(page, 'Do not allow')
    expect(await heading(page)).toBe('Your device was not let in')
  })
  expect((await poll(server.issuer, codes)).body.error).toBe('access_denied')
})
