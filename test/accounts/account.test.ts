import { beforeEach, describe, expect, test } from 'vitest'
import { authorize, authorizeUrl, openBrowser } from '../support/browser.ts'
import { countRows, readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { introspect, obtainTokens, refresh } from '../support/token.ts'
import { password } from '../support/world.ts'
import { account, enter, follow, formsOf, newPassword, sessionOf, submitForm } from './support.ts'

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0'
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1'
const scopeOnline = 'openid profile email profile:read'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
  return () => server.close()
})

describe('signing in without an application', () => {
  test.each(['/account', '/sign-in'])('%s asks who is there, and goes on to the account', async path => {
    const browser = openBrowser()
    const page = await browser.get(server.issuer + path)
    expect(page).toMatchObject({ status: 200, title: 'Sign in - Grantwise' })
    const answer = await submitForm(browser, page, '/sign-in', { login: 'alice', password })
    expect(answer).toMatchObject({ status: 303 })
    expect(answer.location?.href).toBe(`${server.issuer}/account`)
    expect(await follow(browser, answer)).toMatchObject({ status: 200, title: 'Your account - Grantwise' })
    const again = await browser.get(`${server.issuer}/sign-in`)
    expect(again.location?.pathname).toBe('/account')
  })

  test('a wrong password is told like an unknown login, and starts no session', async () => {
    const browser = openBrowser()
    const page = await browser.get(`${server.issuer}/account`)
    const wrong = await submitForm(browser, page, '/sign-in', { login: 'alice', password: 'wrong' })
    const unknown = await submitForm(browser, page, '/sign-in', { login: 'nobody', password: 'wrong' })
    expect([wrong.status, unknown.status]).toEqual([400, 400])
    const plain = (html: string) => html.replaceAll(/value="[^"]*"/g, '')
    expect(plain(wrong.html)).toBe(plain(unknown.html))
    expect(sessionOf(browser)).toBeUndefined()
  })

  test('a page and a request leave no row', async () => {
    const before = countRows(server.data_dir)
    for (const path of ['/account', '/sign-in', '/sign-up', '/set-up', '/account/password']) {
      await openBrowser().get(server.issuer + path)
    }
    expect(countRows(server.data_dir)).toEqual(before)
  })

  test('a page that was open for too long says so, and takes the password again', async () => {
    const browser = openBrowser()
    const page = await browser.get(`${server.issuer}/account`)
    server.clock.pass(3601)
    const late = await submitForm(browser, page, '/sign-in', { login: 'alice', password })
    expect(late.status).toBe(400)
    expect(late.html).toContain('open for too long')
    const answer = await submitForm(browser, late, '/sign-in', { login: 'alice', password })
    expect(answer.location?.pathname).toBe('/account')
  })

  test('too many wrong passwords wait, with the time to wait', async () => {
    const browser = openBrowser()
    const page = await browser.get(`${server.issuer}/account`)
    for (let guess = 0; guess < 15; guess++) {
      await submitForm(browser, page, '/sign-in', { login: 'alice', password: 'wrong' })
    }
    const late = await submitForm(browser, page, '/sign-in', { login: 'alice', password })
    expect(late.status).toBe(429)
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('signing out is one button of the account page', async () => {
    const { browser, page } = await enter(server)
    const out = await submitForm(browser, page, '/logout', { logout: 'yes' })
    expect(out.title).toBe('You are signed out - Grantwise')
    expect((await account(server, browser)).title).toBe('Sign in - Grantwise')
    expect(countRows(server.data_dir)['sessions']).toBe(0)
  })
})

describe('where somebody is signed in', () => {
  test('lists device, address and last use, this one first', async () => {
    const first = await enter(server, 'alice', password, openBrowser(), { 'user-agent': firefox })
    server.clock.pass(3 * 3600)
    const second = await enter(server, 'alice', password, openBrowser(), { 'user-agent': iphone })
    const { html } = await account(server, second.browser)
    const rows = [...html.matchAll(/<li class="row">(.*?)<\/li>/gs)].map(([, row = '']) =>
      row.replaceAll(/<[^>]+>/g, ' '),
    )
    expect(rows[0]).toMatch(/Safari on iPhone\s+This one\s+127\.0\.0\.1\s*, last used\s+just now/)
    expect(rows[1]).toMatch(/Firefox on Windows\s+127\.0\.0\.1\s*, last used\s+3 hours ago/)
    expect(html).toMatch(/<time datetime="[^"]+" title="[^"]+ UTC">3 hours ago/)
    expect(first.page.html).not.toContain('Sign out everywhere else')
  })

  test('signs out one, and what lives in it', async () => {
    const other = openBrowser()
    const tokens = await obtainTokens(server.issuer, { scope: scopeOnline }, other)
    const { browser, page } = await enter(server)
    const [button] = formsOf(page.html)
      .flatMap(({ buttons }) => buttons)
      .filter(({ name }) => name === 'session')
    const done = await submitForm(browser, page, '/account/sessions', { session: button?.value ?? '' })
    expect((await follow(browser, done)).html).toContain('That device is signed out.')
    expect((await account(server, other)).title).toBe('Sign in - Grantwise')
    expect((await account(server, browser)).title).toBe('Your account - Grantwise')
    expect((await introspect(server.issuer, tokens.access_token)).body['active']).toBe(false)
  })

  test('signs out everywhere else, but keeps this one and what was granted for while one is away', async () => {
    const away = await obtainTokens(server.issuer)
    const online = await obtainTokens(server.issuer, { scope: scopeOnline })
    const mine = openBrowser()
    const here = await obtainTokens(server.issuer, { scope: scopeOnline }, mine)
    const page = await account(server, mine)
    await submitForm(mine, page, '/account/sessions', { sessions: 'others' })
    expect((await account(server, mine)).title).toBe('Your account - Grantwise')
    expect(countRows(server.data_dir)['sessions']).toBe(1)
    const alive = async ({ access_token }: { access_token: string }) =>
      (await introspect(server.issuer, access_token)).body['active']
    expect([await alive(away), await alive(online), await alive(here)]).toEqual([true, false, true])
    expect((await refresh(server.issuer, away.refresh_token)).status).toBe(200)
  })

  test("cannot name somebody else's session", async () => {
    const victim = await enter(server, 'bob')
    const { sid = '' } = { sid: sessionOf(victim.browser)?.split('.')[0] }
    const { browser, page } = await enter(server)
    await submitForm(browser, page, '/account/sessions', { session: sid })
    expect((await account(server, victim.browser)).title).toBe('Your account - Grantwise')
  })

  test('shows ten at a time, and leads to the rest', async () => {
    const { browser } = await enter(server)
    for (let count = 0; count < 12; count++) {
      server.clock.pass(1)
      await enter(server)
    }
    const page = await account(server, browser)
    const listed = (html: string) =>
      formsOf(html).flatMap(({ buttons }) => buttons.filter(({ name }) => name === 'session'))
    const more = /href="([^"]+)">More devices/.exec(page.html)?.[1] ?? ''
    const rest = await browser.get(new URL(more.replaceAll('&amp;', '&'), server.issuer).href)
    const all = [...listed(page.html), ...listed(rest.html)].map(({ value }) => value)
    expect(listed(page.html)).toHaveLength(10)
    expect(new Set(all).size).toBe(12)
    expect(rest.html).not.toContain('More devices')
  })

  test('forgets those that are over', async () => {
    await enter(server)
    server.clock.pass(8 * 86_400)
    const { page } = await enter(server)
    expect(page.html).not.toContain('Sign out everywhere else')
  })
})

describe('apps that can act for somebody', () => {
  test('are listed with what they can do in words, since when and when last used', async () => {
    const browser = openBrowser()
    const tokens = await obtainTokens(server.issuer, {}, browser)
    server.clock.pass(3 * 86_400)
    await refresh(server.issuer, tokens.refresh_token)
    server.clock.pass(7200)
    const { html } = await account(server, browser)
    expect(html).toContain('Web app')
    expect(html).toContain('Read your profile')
    expect(html).toContain('See your email address')
    expect(html.replaceAll(/<[^>]+>/g, '')).toMatch(/Since 3 days ago, last used 2 hours ago/)
    expect(html).not.toContain('Other web app')
  })

  test('the last use is that of the last refresh', async () => {
    const { refresh_token } = await obtainTokens(server.issuer)
    server.clock.pass(3000)
    expect((await refresh(server.issuer, refresh_token)).status).toBe(200)
    expect(readRows(server.data_dir, 'families')[0]?.['last_used_at']).toBe(server.clock.now())
  })

  test('"Remove" ends every token, and the app asks again', async () => {
    const browser = openBrowser()
    const tokens = await obtainTokens(server.issuer, {}, browser)
    const page = await account(server, browser)
    const done = await submitForm(browser, page, '/account/apps', { client_id: 'web' })
    expect((await follow(browser, done)).html).toContain('The app can no longer act for you.')
    expect((await introspect(server.issuer, tokens.access_token)).body['active']).toBe(false)
    expect((await refresh(server.issuer, tokens.refresh_token)).body.error).toBe('invalid_grant')
    expect(countRows(server.data_dir)['consents']).toBe(0)
    expect((await browser.get(authorizeUrl(server.issuer))).html).toContain('name="consent"')
    expect((await account(server, browser)).html).toContain('None. An app appears here once you let it in.')
  })

  test("removing an app leaves somebody else's access to it", async () => {
    const bobs = openBrowser()
    await authorize(bobs, authorizeUrl(server.issuer), 'bob')
    const tokens = await obtainTokens(server.issuer)
    await submitForm(bobs, await account(server, bobs), '/account/apps', { client_id: 'web' })
    expect((await introspect(server.issuer, tokens.access_token)).body['active']).toBe(true)
    expect(readRows(server.data_dir, 'consents').length).toBeGreaterThan(0)
  })
})

describe('changing the password', () => {
  const page = async (browser: ReturnType<typeof openBrowser>) => browser.get(`${server.issuer}/account/password`)
  const change = async (browser: ReturnType<typeof openBrowser>, fields: Record<string, string>) =>
    submitForm(browser, await page(browser), '/account/password', {
      password,
      new_password: newPassword,
      new_password_again: newPassword,
      ...fields,
    })

  test('takes the new one, refuses the old one, and gives this browser another id', async () => {
    const { browser } = await enter(server)
    const before = sessionOf(browser)
    const done = await change(browser, {})
    expect((await follow(browser, done)).html).toContain('Your password is changed.')
    expect(sessionOf(browser)).not.toBe(before)
    expect((await enter(server)).page.status).toBe(400)
    expect((await enter(server, 'alice', newPassword)).page.title).toBe('Your account - Grantwise')
    const stolen = openBrowser()
    for (const [name, value] of browser.cookies)
      stolen.cookies.set(name, name.includes('session') ? (before ?? '') : value)
    expect((await account(server, stolen)).title).toBe('Sign in - Grantwise')
  })

  test('ends every other session and what lives in it; this one and offline access stay', async () => {
    const away = await obtainTokens(server.issuer)
    const elsewhere = openBrowser()
    const online = await obtainTokens(server.issuer, { scope: scopeOnline }, elsewhere)
    const mine = openBrowser()
    const here = await obtainTokens(server.issuer, { scope: scopeOnline }, mine)
    await change(mine, {})
    const alive = async ({ access_token }: { access_token: string }) =>
      (await introspect(server.issuer, access_token)).body['active']
    expect([await alive(away), await alive(online), await alive(here)]).toEqual([true, false, true])
    expect((await account(server, elsewhere)).title).toBe('Sign in - Grantwise')
    expect(countRows(server.data_dir)['sessions']).toBe(1)
    expect(readRows(server.data_dir, 'families').map(row => row['revoked_why'])).toContain('password-changed')
  })

  test.each([
    [{ password: 'wrong' }, 'This is not your current password.'],
    [{ new_password: 'short', new_password_again: 'short' }, 'This is too short.'],
    [{ new_password: 'password12345678', new_password_again: 'password12345678' }, 'Many people use this password'],
    [{ new_password: 'alice alice alice', new_password_again: 'alice alice alice' }, 'little more than your name'],
    [{ new_password_again: 'seven quiet river' }, 'This is not the same password.'],
  ])('%j: says what is wrong, and changes nothing', async (fields, words) => {
    const { browser } = await enter(server)
    const answer = await change(browser, fields)
    expect(answer.status).toBe(400)
    expect(answer.html).toContain(words)
    expect(answer.html.split('15 characters'), 'said once').toHaveLength(2)
    expect(answer.html).not.toContain(newPassword)
    expect((await enter(server)).page.title).toBe('Your account - Grantwise')
  })

  test('guesses of the current password count with those at sign-in, in parallel too', async () => {
    const { browser } = await enter(server)
    const shown = await page(browser)
    const guesses = Array.from({ length: 40 }, (_, guess) =>
      submitForm(browser, shown, '/account/password', { password: `guess ${guess}`, new_password: newPassword }),
    )
    const statuses = (await Promise.all(guesses)).map(({ status }) => status)
    expect(statuses.filter(status => status === 400)).toHaveLength(15)
    expect(statuses.filter(status => status === 429)).toHaveLength(25)
    const right = await submitForm(browser, shown, '/account/password', { password, new_password: newPassword })
    expect(right.status).toBe(429)
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('of two changes at once one happens', async () => {
    const { browser } = await enter(server)
    const shown = await page(browser)
    const both = await Promise.all(
      ['seven quiet rivers', 'eight loud mountains'].map(new_password =>
        submitForm(browser, shown, '/account/password', { password, new_password }),
      ),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([303, 400])
  })
})

describe('forms that are too late', () => {
  const forms = [
    ['/account/apps', { client_id: 'web' }],
    ['/account/sessions', { sessions: 'others' }],
    ['/account/password', { password, new_password: newPassword }],
  ] as const

  async function shown(path: string, login = 'alice') {
    const browser = openBrowser()
    if (path === '/account/apps') await authorize(browser, authorizeUrl(server.issuer), login)
    else await enter(server, login, password, browser)
    const page = await account(server, browser)
    return { browser, page: path === '/account/password' ? await browser.get(server.issuer + path) : page }
  }

  test.each(forms)('%s: signed out meanwhile, it leads to the sign-in page', async (path, fields) => {
    const { browser, page } = await shown(path)
    await submitForm(browser, await account(server, browser), '/logout', { logout: 'yes' })
    const answer = await submitForm(browser, page, path, fields)
    expect(answer).toMatchObject({ status: 303 })
    expect(answer.location?.pathname).toBe('/account')
  })

  test.each(forms)('%s: after an hour nothing happens', async (path, fields) => {
    const { browser, page } = await shown(path)
    server.clock.pass(3601)
    const before = countRows(server.data_dir)
    const answer = await submitForm(browser, page, path, fields)
    expect(answer.location?.search ?? '').toBe('')
    expect(countRows(server.data_dir)).toEqual(before)
    expect((await enter(server)).page.title).toBe('Your account - Grantwise')
  })
})
