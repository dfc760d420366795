import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { authorizeUrl } from '../support/browser.ts'
import { heading, press, useStage } from '../support/stage.ts'
import { fillSignIn, signInAt } from '../support/visit.ts'
import { password } from '../support/world.ts'

const tool = {
  client_id: 'tool',
  client_name: 'Command-line tool',
  token_endpoint_auth_method: 'none',
  redirect_uris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
  grant_types: ['authorization_code'],
  response_types: ['code'],
  scope: 'openid profile email',
  grantwise: { runs_on: 'cli', acts_for: ['user'] },
}

const stage = useStage({ clients: [tool] })

describe('every way to come and go', () => {
  test('form_post: the answer posts itself', async () => {
    await stage.visit({}, async ({ page }) => {
      await page.goto(stage.login('?response_mode=form_post'))
      await signInAt(page, stage.front)
      expect(stage.lastAnswer).toMatchObject({ method: 'POST', claims: { name: 'Alice' } })
    })
  })

  test('form_post: what is seen of it while the app is slow', async () => {
    await stage.visit({}, async ({ page, look }) => {
      await page.goto(stage.login('?response_mode=form_post'))
      // An answer without content leaves the browser where it is.
      await page.route('**/callback', route => route.fulfill({ status: 204 }))
      await fillSignIn(page)
      await page.getByRole('button', { name: 'Continue to Photo Prints' }).waitFor()
      // All of it: submitting stops the browser from reading the rest of a page.
      await page.locator('footer').waitFor()
      await look('form-post')
    })
  })

  test('without JavaScript: signs in, allows, and form_post goes on by its button', async () => {
    await stage.visit({ javaScriptEnabled: false }, async ({ page }) => {
      await page.goto(stage.login('?prompt=consent'))
      await fillSignIn(page)
      await press(page, 'Allow')
      await page.waitForURL(stage.front)
      expect(await heading(page)).toBe('Signed in as Alice')

      await page.goto(stage.login('?response_mode=form_post'))
      await press(page, 'Continue to Photo Prints')
      await page.waitForURL(stage.front)
      expect(stage.lastAnswer).toMatchObject({ method: 'POST', claims: { name: 'Alice' } })

      await page.goto(`${stage.app.origin}/logout?hint=no`)
      await press(page, 'Sign out')
      await page.waitForURL(`${stage.front}?state=left`)
    })
  })

  test('OIDC Core §3.1.2.1: by a request posted from another site, where our cookies stay away', async () => {
    await stage.visit({}, async ({ page }) => {
      await page.goto(stage.login())
      await signInAt(page, stage.front)
      const posted: (string | undefined)[] = []
      page.on('request', request => {
        const { pathname } = new URL(request.url())
        if (pathname === '/authorize') posted.push(request.method())
      })
      const elsewhere = stage.app.origin.replace('127.0.0.1', 'localhost')
      await page.goto(`${elsewhere}/login-by-post?prompt=none`)
      await press(page, 'Sign in')
      await page.waitForURL(stage.front)
      expect(stage.lastAnswer).toMatchObject({ claims: { name: 'Alice' } })
      expect(posted).toEqual(['POST', 'GET'])
    })
  })

  test('OIDC Core §3.1.2.1: by a posted request, which sees who is signed in', async () => {
    await stage.visit({}, async ({ page }) => {
      await page.goto(`${stage.app.origin}/login-by-post`)
      await press(page, 'Sign in')
      await signInAt(page, stage.front)
      await page.goto(`${stage.app.origin}/login-by-post?prompt=none`)
      await press(page, 'Sign in')
      await page.waitForURL(stage.front)
      expect(stage.lastAnswer?.claims).toMatchObject({ name: 'Alice' })
    })
  })

  test('by keyboard alone, the focus always to be seen', async () => {
    await stage.visit({}, async ({ page }) => {
      await page.goto(stage.login('?prompt=consent'))
      await page.locator('#login:focus').waitFor()
      await page.keyboard.type('alice')
      await page.keyboard.press('Tab')
      await page.keyboard.type(password)
      await page.keyboard.press('Enter')
      const allow = page.getByRole('button', { name: 'Allow', exact: true })
      await allow.waitFor()
      const focused = () => page.evaluate(() => document.activeElement?.textContent)
      for (let presses = 0; presses < 5 && (await focused()) !== 'Allow'; presses++) await page.keyboard.press('Tab')
      expect(await allow.evaluate(it => getComputedStyle(it).outlineStyle)).toBe('solid')
      await page.keyboard.press('Enter')
      await page.waitForURL(stage.front)
      expect(await heading(page)).toBe('Signed in as Alice')
    })
  })

  test('in a popup, which keeps its opener', async () => {
    await stage.visit({}, async ({ page }) => {
      await page.goto(stage.front)
      const opened = page.waitForEvent('popup')
      await page.evaluate(url => void window.open(url), stage.login())
      const popup = await opened
      await popup.locator('#login').waitFor()
      expect(await popup.evaluate(() => window.opener !== null)).toBe(true)
      await signInAt(popup, stage.front)
      expect(await popup.evaluate(() => window.opener !== null)).toBe(true)
    })
  })

  test('RFC 8252 §7.1: to an app on the device, by its private-use scheme', async () => {
    await stage.visit({}, async ({ page }) => {
      await page.goto(
        authorizeUrl(stage.server.issuer, { client_id: 'native', redirect_uri: 'com.example.app:/callback' }),
      )
      await fillSignIn(page)
      const handedOver = page.waitForEvent('requestfailed', request => request.url().startsWith('com.example.app:'))
      await press(page, 'Allow')
      // Chromium hands the address to the system and ends this request; a policy would have stopped it before.
      expect((await handedOver).url()).toMatch(/^com\.example\.app:\/callback\?code=/)
    })
  })

  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '[::1]'],
  ])('RFC 8252 §7.3: to a tool that listens on any port of %s', async (address, host) => {
    const tool = createServer((_request, response) => {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><link rel="icon" href="data:,">Done.')
    })
    await new Promise<void>((resolve, reject) => tool.once('error', reject).listen(0, address, resolve))
    const redirect_uri = `http://${host}:${(tool.address() as AddressInfo).port}/callback`
    try {
      await stage.visit({}, async ({ page }) => {
        await page.goto(authorizeUrl(stage.server.issuer, { client_id: 'tool', redirect_uri }))
        await signInAt(page, `${redirect_uri}?code=**`)
        expect(new URL(page.url()).searchParams.get('iss')).toBe(stage.server.issuer)
      })
    } finally {
      tool.closeAllConnections()
      tool.close()
    }
  })
})
