import { expect, test } from 'vitest'
import { heading, press, useStage } from '../support/stage.ts'
import { signInAt } from '../support/visit.ts'

const stage = useStage()
const text = 'the office network (connect to the VPN)'
/** The browser of these tests is at 127.0.0.1. */
const elsewhere = { cidrs: ['198.51.100.0/24'], text }
const here = { cidrs: ['127.0.0.0/8'], text }

test('S34, S35: outside, a notice warns and says what that means; the sign-in works', async () => {
  await stage.server.apply({ network_policy: { mode: 'notice', ...elsewhere } })
  await stage.visit({}, async ({ page, look }) => {
    await page.goto(stage.login())
    const notice = page.locator('.message')
    expect(await notice.textContent()).toContain(
      `only on ${text}. You are outside it (address 127.0.0.1): you can sign in`,
    )
    await look('network-notice')
    await signInAt(page, stage.front)
  })
})

test('S35: outside, enforced, the page says that it is the place; once inside, it goes on from there', async () => {
  await stage.server.apply({ network_policy: { mode: 'enforce', ...elsewhere, applies_to: ['login'] } })
  await stage.visit({}, async ({ page, look }) => {
    await page.goto(stage.login())
    expect(await heading(page)).toBe('You cannot sign in from here')
    expect(await page.locator('main').textContent()).toContain('Your account is not blocked')
    await look('network-outside')
    await stage.server.apply({ network_policy: { mode: 'enforce', ...here } })
    await press(page, 'Try again')
    await page.getByText(`This sign-in works only on ${text}. You are inside it (address 127.0.0.1).`).waitFor()
    await look('network-inside')
    await signInAt(page, stage.front)
  })
})

test('S34: outside, enforced at /authorize, the app is told why in words that it can show', async () => {
  await stage.server.apply({ network_policy: { mode: 'enforce', ...elsewhere } })
  await stage.visit({}, async ({ page }) => {
    await page.goto(stage.login())
    await page.waitForURL(stage.failed)
    expect(stage.lastAnswer?.error).toBe('access_denied')
    expect(stage.lastAnswer?.error_description).toContain(`works only on ${text}; the request came from outside it`)
  })
})
