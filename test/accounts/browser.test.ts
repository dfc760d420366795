import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainTokens } from '../support/token.ts'
import { createVisits, fillSignIn, type Visits } from '../support/visit.ts'
import { password, world } from '../support/world.ts'
import { enter, newPassword } from './support.ts'

let chromium: Browser
let server: TestServer
let visit: Visits

beforeAll(async () => {
  chromium = await launchChromium()
  server = await startServer({ config: { sign_up: true } })
  visit = createVisits(chromium, () => server.issuer)
})
afterAll(async () => {
  await chromium?.close()
  await server?.close()
})

const fill = async (page: Page, fields: Record<string, string>) => {
  for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value)
}

describe.each([true, false])('in Chromium, scripts %j', javaScriptEnabled => {
  const suffix = javaScriptEnabled ? 'js' : 'plain'

  test('the set-up link makes the first admin, and leaves no secret in the address', async () => {
    const fresh = await startServer({ document: {} })
    try {
      await createVisits(chromium, () => fresh.issuer)({ javaScriptEnabled }, async ({ page, look }) => {
        const link = fresh.setUpLink ?? ''
        await page.goto(link)
        if (javaScriptEnabled) {
          expect(await page.locator('#token').inputValue()).toBe(link.split('#')[1])
          expect(page.url()).toBe(`${fresh.issuer}/set-up`)
          await look('set-up')
        } else {
          await fill(page, { token: link })
        }
        await fill(page, { login: 'root-of-all', password: 'short', password_again: 'short' })
        await page.getByRole('button', { name: 'Create the administrator' }).click()
        await page.locator('#password:focus').waitFor()
        if (javaScriptEnabled) await look('set-up-fault')
        await fill(page, { password: newPassword, password_again: newPassword, name: 'Ada Lovelace' })
        await page.getByRole('button', { name: 'Create the administrator' }).click()
        await page.getByText('No app is registered yet.').waitFor()
        await page.goto(`${fresh.issuer}/set-up`)
        await page.getByRole('heading', { name: 'This server is set up' }).waitFor()
        if (javaScriptEnabled) await look('set-up-done')
      })
    } finally {
      await fresh.close()
    }
  })

  test('somebody signs up on the way to an application', async () => {
    await visit({ javaScriptEnabled }, async ({ page, look }) => {
      await page.goto(authorizeUrl(server.issuer))
      if (javaScriptEnabled) await look('account-app-sign-in')
      await page.getByRole('button', { name: 'New here? Create an account' }).click()
      await page.locator('#login:focus').waitFor()
      if (javaScriptEnabled) await look('sign-up-app')
      await fill(page, { login: 'alice', password: newPassword, password_again: newPassword })
      await page.getByRole('button', { name: 'Create account' }).click()
      await page.locator('#login:focus').waitFor()
      if (javaScriptEnabled) await look('sign-up-taken')
      await fill(page, { login: `dora-${suffix}`, password: newPassword, password_again: newPassword })
      await page.getByRole('button', { name: 'Create account' }).click()
      await page.getByRole('button', { name: 'Allow', exact: true }).waitFor()
    })
  })

  test('somebody looks after their account', async () => {
    for (let count = 0; count < 2; count++) await obtainTokens(server.issuer)
    server.clock.pass(4 * 86_400)
    await enter(server, 'alice', password, undefined, {
      'user-agent':
        'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1',
    })
    await visit({ javaScriptEnabled }, async ({ page, look }) => {
      await page.goto(`${server.issuer}/account`)
      await page.locator('#login:focus').waitFor()
      if (javaScriptEnabled) await look('account-sign-in')
      await fillSignIn(page)
      await page.getByRole('heading', { name: 'Your account' }).waitFor()
      await page.getByText('What it can do').click()
      await page.getByText('See your email address').waitFor()
      if (javaScriptEnabled) await look('account')
      await page.getByRole('button', { name: 'Remove the access of Web app' }).click()
      await page.getByRole('status').waitFor()
      await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
      await page.getByText('You are signed out everywhere else.').waitFor()
      if (javaScriptEnabled) await look('account-empty')
      await page.getByRole('link', { name: 'Change your password' }).click()
      await page.locator('#password:focus').waitFor()
      if (javaScriptEnabled) await look('password')
      await fill(page, { password: 'wrong', new_password: newPassword, new_password_again: newPassword })
      await page.getByRole('button', { name: 'Change password' }).click()
      await page.locator('#password:focus').waitFor()
      if (javaScriptEnabled) await look('password-wrong')
      await fill(page, { password, new_password: newPassword, new_password_again: newPassword })
      await page.getByRole('button', { name: 'Change password' }).click()
      await page.getByText('Your password is changed.').waitFor()
      await page.getByRole('button', { name: 'Sign out', exact: true }).click()
      await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
    })
    const { store, passwords, clock } = server.data
    const alice = await store.accountByLogin('alice')
    if (alice) await store.changePassword({ sub: alice.sub, to: await passwords.hash(password) }, clock.now())
  })
})

test('an account with much in it fits every width, at 200 % zoom and with long names', async () => {
  const [web] = world.clients
  const long = 'x'.repeat(80)
  await server.apply({
    clients: [{ ...web, client_id: `a-${long}`, client_name: long }],
    users: [{ login: `${long}@example.com`, password, email: `${long}@example.com`, claims: { name: long } }],
  })
  await obtainTokensOf(`${long}@example.com`, `a-${long}`)
  await visit({}, async ({ page, look }) => {
    await page.goto(`${server.issuer}/account`)
    await fillSignIn(page, `${long}@example.com`)
    await page.getByText('What it can do').click()
    await look('account-long')
    for (const width of [1280, 640, 390, 195]) {
      await page.setViewportSize({ width, height: 800 })
      expect(await page.evaluate('document.documentElement.scrollWidth'), String(width)).toBe(width)
    }
  })
})

async function obtainTokensOf(login: string, client_id: string): Promise<void> {
  const { authorize, openBrowser } = await import('../support/browser.ts')
  await authorize(openBrowser(), authorizeUrl(server.issuer, { client_id }), login)
}

test('off, the sign-up page says who can help', async () => {
  const off = await startServer()
  try {
    await createVisits(chromium, () => off.issuer)({}, async ({ page, look }) => {
      await page.goto(`${off.issuer}/sign-up`)
      await page.getByRole('heading', { name: 'Nobody can sign up here' }).waitFor()
      await look('sign-up-off')
    })
  } finally {
    await off.close()
  }
})
