import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { type ClientApp, startClientApp } from '../support/client-app.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createVisits, fillSignIn, signInAt, type Visits } from '../support/visit.ts'
import { password, world } from '../support/world.ts'

let server: TestServer
let app: ClientApp
let browser: Browser
let visit: Visits

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
const carol = { login: 'carol', password, email: 'carol@example.com', claims: { name: 'Carol Danvers' } }

beforeAll(async () => {
  app = await startClientApp(() => server.issuer)
  const document = { ...world, clients: [...world.clients, app.registration, tool], users: [...world.users, carol] }
  ;[server, browser] = await Promise.all([startServer({ document }), launchChromium()])
  visit = createVisits(browser, () => server.issuer)
})
afterAll(async () => {
  await browser?.close()
  await app?.close()
  await server?.close()
})

const click = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent()
const lastAnswer = () => app.answers.at(-1)
const login = (query = '') => `${app.origin}/login${query}`
const front = () => `${app.origin}/`
const failed = () => `${app.origin}/failed**`

describe('signing in', () => {
  test('signs in, allows, and is signed in at the app; the next time nothing is asked', async () => {
    await visit({}, async ({ page, context, look }) => {
      await page.goto(login())
      await look('sign-in')
      expect(await heading(page)).toBe('Sign in to Photo Prints')
      await fillSignIn(page, 'carol')
      await look('consent')
      expect(await heading(page)).toBe('Allow Photo Prints access?')
      await click(page, 'Allow')
      await page.waitForURL(front())
      expect(await heading(page)).toBe('Signed in as Carol Danvers')
      expect(lastAnswer()?.claims).toMatchObject({ email: 'carol@example.com', amr: ['pwd'] })

      const again = await context.newPage()
      await again.goto(login())
      expect(again.url()).toBe(front())
    })
  })

  test('a wrong password: says so, keeps what was typed, and puts the focus there', async () => {
    await visit({}, async ({ page, look }) => {
      await page.goto(login())
      await fillSignIn(page, 'alice', 'not the password')
      await look('sign-in-wrong')
      await page.locator('#login:focus').waitFor()
      expect(await page.locator('#login').inputValue()).toBe('alice')
      expect(await page.locator('#password').inputValue()).toBe('')
      const said = 'The username or the password is not right. Check both and try again.'
      expect(await page.locator('#login').getAttribute('aria-describedby')).toBe('problem')
      expect(await page.locator('#problem').textContent()).toBe(said)

      const known = await page.locator('body').textContent()
      await fillSignIn(page, 'nobody', 'not the password')
      expect(await page.locator('#problem').textContent()).toBe(said)
      expect(await page.locator('body').textContent()).toBe(known)
      await signInAt(page, front())
    })
  })

  test('do not allow: the app learns access_denied', async () => {
    await visit({}, async ({ page }) => {
      await page.goto(login('?prompt=consent'))
      await fillSignIn(page)
      await click(page, 'Do not allow')
      await page.waitForURL(failed())
      expect(lastAnswer()).toMatchObject({ code: undefined, error: 'access_denied' })
    })
  })

  test('cancel: back at the app, with nothing typed', async () => {
    await visit({}, async ({ page }) => {
      await page.goto(login())
      await click(page, 'Cancel and return to Photo Prints')
      await page.waitForURL(failed())
      expect(lastAnswer()).toMatchObject({ code: undefined, error: 'access_denied' })
    })
  })

  test('prompt=login asks again, with the hinted name filled in and the password in focus', async () => {
    await visit({}, async ({ page, look }) => {
      await page.goto(login())
      await signInAt(page, front())
      const first = lastAnswer()?.claims
      server.clock.pass(1)
      await page.goto(login('?prompt=login&login_hint=alice'))
      await page.locator('#password:focus').waitFor()
      await look('sign-in-hinted')
      expect(await page.locator('#login').inputValue()).toBe('alice')
      await page.keyboard.type(password)
      await page.keyboard.press('Enter')
      await page.waitForURL(front())
      expect(lastAnswer()?.claims?.sub).toBe(first?.sub)
      expect(lastAnswer()?.claims?.auth_time).toBe(Number(first?.auth_time) + 1)
      expect(lastAnswer()?.claims?.['sid']).not.toBe(first?.['sid'])
    })
  })

  test('select_account: continue, or use another', async () => {
    await visit({}, async ({ page, look }) => {
      await page.goto(login())
      await signInAt(page, front())
      await page.goto(login('?prompt=select_account'))
      await look('select-account')
      await click(page, 'Continue as Alice')
      await page.waitForURL(front())
      expect(lastAnswer()?.claims?.['name']).toBe('Alice')

      await page.goto(login('?prompt=select_account'))
      await click(page, 'Use another account')
      expect(await page.locator('#login').inputValue()).toBe('')
      await signInAt(page, front(), 'bob')
      expect(lastAnswer()?.claims?.['name']).toBe('Bob')
    })
  })

  test('"Not you?" on the consent page lets another sign in, who is asked anew', async () => {
    await visit({}, async ({ page }) => {
      await page.goto(login('?prompt=consent'))
      await fillSignIn(page)
      await click(page, 'Not you?')
      expect(await heading(page)).toBe('Sign in to Photo Prints')
      await fillSignIn(page, 'bob')
      expect(await page.locator('main').textContent()).toContain('With your account bob')
      await click(page, 'Allow')
      await page.waitForURL(front())
      expect(lastAnswer()?.claims?.['name']).toBe('Bob')
    })
  })

  test('two tabs: each sign-in ends where it began', async () => {
    await visit({}, async ({ page, context }) => {
      const other = await context.newPage()
      await page.goto(login())
      await other.goto(login('?prompt=consent'))
      await signInAt(page, front())
      await signInAt(other, front())
      expect(app.answers.slice(-2).map(({ claims }) => claims?.['name'])).toEqual(['Alice', 'Alice'])
    })
  })
})

describe('signing out', () => {
  test('with id_token_hint: back at the app at once, and the session is over', async () => {
    await visit({}, async ({ page }) => {
      await page.goto(login())
      await signInAt(page, front())
      await page.goto(`${app.origin}/logout`)
      expect(page.url()).toBe(`${front()}?state=left`)
      await page.goto(login())
      expect(await heading(page)).toBe('Sign in to Photo Prints')
    })
  })

  test('without: asks first; staying keeps the session, signing out ends it', async () => {
    await visit({}, async ({ page, look }) => {
      await page.goto(login())
      await signInAt(page, front())
      await page.goto(`${app.origin}/logout?hint=no`)
      await look('logout')
      await click(page, 'Stay signed in')
      expect(await heading(page)).toBe('This is a sign-in server')
      await look('home')
      await page.goto(login())
      expect(page.url()).toBe(front())

      await page.goto(`${app.origin}/logout?hint=no`)
      await click(page, 'Sign out')
      await page.waitForURL(`${front()}?state=left`)
      await page.goto(login())
      expect(await heading(page)).toBe('Sign in to Photo Prints')
    })
  })

  test('with nowhere to return to, a page says that it is done', async () => {
    await visit({}, async ({ page, look }) => {
      await page.goto(login())
      await signInAt(page, front())
      await page.goto(`${app.origin}/logout?return=no`)
      await look('signed-out')
      expect(await heading(page)).toBe('You are signed out')
      await page.goto(`${server.issuer}/logout`)
      expect(await heading(page)).toBe('You are signed out')
    })
  })
})

describe('what can go wrong', () => {
  test('a redirect URI that is not registered: a page that says so, and the browser stays', async () => {
    await visit({}, async ({ page, look }) => {
      const evil = `${app.origin}/callback/evil`
      const asked: string[] = []
      page.on('request', request => asked.push(request.url()))
      await page.goto(login(`?redirect_uri=${encodeURIComponent(evil)}`))
      await look('error')
      expect(await heading(page)).toBe('The app gave an address that is not its own')
      expect(new URL(page.url()).origin).toBe(server.issuer)
      expect(asked.filter(url => url.startsWith(evil))).toEqual([])
    })
  })

  test('a second press of the button issues no second code', async () => {
    await visit({}, async ({ page, context }) => {
      await page.goto(login('?prompt=consent'))
      await fillSignIn(page)
      const before = app.answers.length
      // Each press in a tab of its own, so that neither cancels the other.
      await page
        .locator('form')
        .first()
        .evaluate((form: HTMLFormElement) => {
          form.target = '_blank'
        })
      for (let press = 0; press < 2; press++) {
        const opened = context.waitForEvent('page')
        await click(page, 'Allow')
        await (await opened).waitForURL(`${app.origin}/**`)
      }
      const answers = app.answers.slice(before)
      expect(answers.map(({ error }) => error)).toEqual([undefined, 'access_denied'])
      expect(answers.filter(({ code }) => code !== undefined)).toHaveLength(1)
    })
  })

  test('back to the page that was answered: a new request begins, the old one stays answered', async () => {
    await visit({}, async ({ page }) => {
      await page.goto(login('?prompt=login'))
      const parked = () => page.locator('input[name=parked]').first().inputValue()
      const answered = await parked()
      await signInAt(page, front())
      await page.goBack()
      expect(await parked()).not.toBe(answered)
      await fillSignIn(page)
      await page.waitForURL(failed())
      // The app has spent its state, and says so itself.
      expect(lastAnswer()).toMatchObject({ error: undefined, claims: undefined })
    })
  })

  test('a restart in the middle of a sign-in loses nothing', async () => {
    await visit({}, async ({ page }) => {
      await page.goto(login('?prompt=consent'))
      server = await server.restart()
      await fillSignIn(page)
      server = await server.restart()
      await click(page, 'Allow')
      await page.waitForURL(front())
      expect(await heading(page)).toBe('Signed in as Alice')
    })
  })

  test('too many wrong passwords: says until when, with the focus on it; a browser that is known gets in', async () => {
    await visit({}, async ({ page }) => {
      await page.goto(login())
      await signInAt(page, front(), 'carol')

      await visit({}, async ({ page: guesses, look }) => {
        await guesses.goto(login())
        for (let guess = 0; guess < 16; guess++) await fillSignIn(guesses, 'carol', `guess ${guess}`)
        await guesses.locator('#problem:focus').waitFor()
        await look('sign-in-throttled')
        expect(await guesses.locator('#problem').textContent()).toMatch(/You can try again in \d+ minutes?\.$/)
      })

      await page.goto(login('?prompt=login'))
      await signInAt(page, front(), 'carol')
      expect(lastAnswer()?.claims?.['name']).toBe('Carol Danvers')
    })
  })

  test('a page that was open for longer than an hour: says so, and what to do', async () => {
    await visit({}, async ({ page, look }) => {
      await page.goto(login())
      server.clock.pass(3601)
      await fillSignIn(page)
      server.clock.pass(-3601)
      await look('page-expired')
      expect(await heading(page)).toBe('This page is too old')
    })
  })

  test('a page whose browser lost its cookies: says so, and what to do', async () => {
    await visit({}, async ({ page, context, look }) => {
      await page.goto(login())
      await context.clearCookies()
      await fillSignIn(page)
      await look('page-foreign')
      expect(await heading(page)).toBe('Start again from the app')
    })
  })

  test('an address typed by hand: a page, whatever it is', async () => {
    await visit({}, async ({ page, look }) => {
      await page.goto(`${server.issuer}/nothing/here`)
      await look('not-found')
      expect(await heading(page)).toBe('There is no page here')
      await page.goto(`${server.issuer}/sign-in`)
      await look('wrong-method')
      expect(await heading(page)).toBe('This page cannot be used like that')
    })
  })

  test('a page elsewhere cannot frame the sign-in page', async () => {
    const frame = `<iframe src="${authorizeUrl(server.issuer)}"></iframe>`
    app.serve('/frame', 'text/html', `<!doctype html><link rel="icon" href="data:,">${frame}`)
    await visit({}, async ({ page, complaints }) => {
      await page.goto(`${app.origin}/frame`)
      expect(page.frames().map(it => it.url())).toContain('chrome-error://chromewebdata/')
      expect(complaints.splice(0)).toEqual([expect.stringContaining("frame-ancestors 'none'")])
    })
  })

  test('asked for under another host name, it is found under its own', async () => {
    await visit({}, async ({ page }) => {
      const url = new URL(authorizeUrl(server.issuer))
      url.hostname = 'localhost'
      await page.goto(url.href)
      expect(page.url()).toBe(authorizeUrl(server.issuer))
      expect(await heading(page)).toBe('Sign in to Web app')
    })
  })
})

describe('every way to come and go', () => {
  test('form_post: the answer posts itself', async () => {
    await visit({}, async ({ page }) => {
      await page.goto(login('?response_mode=form_post'))
      await signInAt(page, front())
      expect(lastAnswer()).toMatchObject({ method: 'POST', claims: { name: 'Alice' } })
    })
  })

  test('form_post: what is seen of it while the app is slow', async () => {
    await visit({}, async ({ page, look }) => {
      await page.goto(login('?response_mode=form_post'))
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
    await visit({ javaScriptEnabled: false }, async ({ page }) => {
      await page.goto(login('?prompt=consent'))
      await fillSignIn(page)
      await click(page, 'Allow')
      await page.waitForURL(front())
      expect(await heading(page)).toBe('Signed in as Alice')

      await page.goto(login('?response_mode=form_post'))
      await click(page, 'Continue to Photo Prints')
      await page.waitForURL(front())
      expect(lastAnswer()).toMatchObject({ method: 'POST', claims: { name: 'Alice' } })

      await page.goto(`${app.origin}/logout?hint=no`)
      await click(page, 'Sign out')
      await page.waitForURL(`${front()}?state=left`)
    })
  })

  test('by keyboard alone, the focus always to be seen', async () => {
    await visit({}, async ({ page }) => {
      await page.goto(login('?prompt=consent'))
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
      await page.waitForURL(front())
      expect(await heading(page)).toBe('Signed in as Alice')
    })
  })

  test('in a popup, which keeps its opener', async () => {
    await visit({}, async ({ page }) => {
      await page.goto(front())
      const opened = page.waitForEvent('popup')
      await page.evaluate(url => void window.open(url), login())
      const popup = await opened
      await popup.locator('#login').waitFor()
      expect(await popup.evaluate(() => window.opener !== null)).toBe(true)
      await signInAt(popup, front())
      expect(await popup.evaluate(() => window.opener !== null)).toBe(true)
    })
  })

  test('RFC 8252 §7.1: to an app on the device, by its private-use scheme', async () => {
    await visit({}, async ({ page }) => {
      await page.goto(authorizeUrl(server.issuer, { client_id: 'native', redirect_uri: 'com.example.app:/callback' }))
      await fillSignIn(page)
      const handedOver = page.waitForEvent('requestfailed', request => request.url().startsWith('com.example.app:'))
      await click(page, 'Allow')
      const request = await handedOver
      expect(request.url()).toMatch(/^com\.example\.app:\/callback\?code=/)
      // The system is given the address, so this page's navigation ends; a policy would have said ERR_BLOCKED_BY_CSP.
      expect(request.failure()?.errorText).toBe('net::ERR_ABORTED')
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
      await visit({}, async ({ page }) => {
        await page.goto(authorizeUrl(server.issuer, { client_id: 'tool', redirect_uri }))
        await signInAt(page, `${redirect_uri}?code=**`)
        expect(new URL(page.url()).searchParams.get('iss')).toBe(server.issuer)
      })
    } finally {
      tool.closeAllConnections()
      tool.close()
    }
  })
})
