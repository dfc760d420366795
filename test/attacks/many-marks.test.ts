import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { follow, formsOf, submitForm } from '../accounts/support.ts'
import { authorizeUrl, openBrowser, signIn } from '../support/browser.ts'
import { passwordClient, withRetired } from '../support/retired-clients.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, post } from '../support/token.ts'
import { password, world } from '../support/world.ts'

/** Unicode puts marks on one letter in an order: of those that come in the wrong one, in the square of their number. */
const marks = `a${'\u0301'.repeat(3_500)}${'\u0316'.repeat(3_500)}`

/** What any form of Unicode may be made of at once; a thousand marks are ordered in a millisecond. */
const longest = 4096

let server: TestServer
beforeAll(async () => {
  server = await startServer({ document: withRetired(world), config: { sign_up: true, allow: ['password'] } })
})
afterAll(() => server.close())
afterEach(() => {
  vi.restoreAllMocks()
})

/** How long a text was put into a form of Unicode, at most, since this was called. */
function watchNormalize(): () => number {
  const spy = vi.spyOn(String.prototype, 'normalize')
  return () => Math.max(0, ...spy.mock.contexts.map(text => String(text).length))
}

test.each([
  ['login', 'x'],
  ['x', 'password'],
])('DESIGN §5 rule 6: nobody is held up by the marks in a sign-in form (%s, %s)', async (login, word) => {
  const [as, by] = [login === 'login' ? marks : 'alice', word === 'password' ? marks : 'x']
  const longestOf = watchNormalize()
  const browser = openBrowser()
  const page = await signIn(browser, await browser.get(authorizeUrl(server.issuer)), as, by)
  expect(page.status).toBe(400)
  const own = await submitForm(browser, await browser.get(`${server.issuer}/sign-in`), '/sign-in', {
    login: as,
    password: by,
  })
  expect(own.status).toBe(400)
  expect(longestOf()).toBeLessThan(longest)
})

test('nor in the form for an account, and that for another password', async () => {
  const longestOf = watchNormalize()
  const browser = openBrowser()
  const page = await browser.get(`${server.issuer}/sign-up`)
  for (const typed of [
    { login: marks, password, password_again: password },
    { login: 'somebody', password: marks, password_again: marks },
  ]) {
    expect((await submitForm(browser, page, '/sign-up', typed)).status).toBe(400)
  }
  await follow(
    browser,
    await submitForm(browser, await browser.get(`${server.issuer}/sign-in`), '/sign-in', { login: 'alice', password }),
  )
  const change = await browser.get(`${server.issuer}/account/password`)
  const [form] = formsOf(change.html)
  for (const typed of [
    { password: marks, new_password: 'seven quiet rivers' },
    { password, new_password: marks },
  ]) {
    expect((await submitForm(browser, change, form?.action ?? '', typed)).status).toBe(400)
  }
  expect(longestOf()).toBeLessThan(longest)
})

test('nor in a password that an app was given', async () => {
  const longestOf = watchNormalize()
  for (const typed of [
    { username: marks, password: 'x' },
    { username: 'alice', password: marks },
  ]) {
    const asked = { grant_type: 'password', scope: 'openid', ...typed }
    const { status, body } = await post(`${server.issuer}/token`, asked, basic(passwordClient.client_id))
    expect([status, body['error']]).toEqual([400, 'invalid_grant'])
  }
  expect(longestOf()).toBeLessThan(longest)
})
