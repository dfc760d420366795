import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authorizeUrl, type Browser, openBrowser, type Page, signIn } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainTokens } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
beforeEach(() => {
  server.clock.pass(900)
})
afterAll(() => server.close())

const url = (changes: Record<string, string> = {}) => authorizeUrl(server.issuer, changes)
const sessionName = () => `grantwise-session-${new URL(server.issuer).port}`
const codeOf = (page: Page) => page.location?.searchParams.get('code') ?? undefined

/** A browser in which alice signed in an hour ago and allowed everything, and the value of her session's cookie. */
async function aliceHere(): Promise<{ browser: Browser; old: string }> {
  const browser = openBrowser()
  await obtainTokens(server.issuer, {}, browser)
  const old = browser.cookies.get(sessionName()) ?? ''
  expect(old).not.toBe('')
  // An hour in which she uses it, so that it is alive and her sign-in is old.
  server.clock.pass(3600)
  return { browser, old }
}

// Consent is asked each time, so that there is a page between the sign-in and the code.
const questions = [
  ['prompt=login', { prompt: 'login consent' }],
  ['max_age=60', { max_age: '60', prompt: 'consent' }],
  ['prompt=select_account', { prompt: 'select_account consent' }],
] as const

describe.each(questions)('OIDC Core §3.1.2.1, %s', (_what, asked) => {
  /** What bob's sign-in on the very page of this request led to: a page that is parked with it, or an answer. */
  async function signedInAsBob(browser: Browser): Promise<Page> {
    const page = await browser.get(url(asked))
    if (page.html.includes('id="password"')) return signIn(browser, page, 'bob')
    const other = await browser.submit(page, '/select-account', { account: 'other' })
    return signIn(browser, other, 'bob')
  }

  test('bob’s sign-in is not alice’s: with her old cookie beside the parked form she is asked herself', async () => {
    const { browser, old } = await aliceHere()
    const consent = await signedInAsBob(browser)
    expect(consent.html).toContain('name="consent"')
    expect(codeOf(consent)).toBeUndefined()
    const cookies = new Map(browser.cookies)
    // A session of hers that is alive, as it would be in a second browser, and the one that bob's sign-in replaced.
    const second = openBrowser()
    await obtainTokens(server.issuer, {}, second)
    server.clock.pass(120)
    for (const cookie of [old, second.cookies.get(sessionName()) ?? '']) {
      browser.cookies.clear()
      for (const [name, value] of cookies) browser.cookies.set(name, value)
      browser.cookies.set(sessionName(), cookie)
      const answer = await browser.submit(consent, '/consent', { consent: 'allow' })
      expect(codeOf(answer)).toBeUndefined()
      // Asked who she is, or to prove it: a page that asks for consent would already take her for alice.
      expect(answer.title).toMatch(/^(Sign in to|Choose an account)/)
    }
  })

  test('who signed in themselves goes on', async () => {
    const { browser } = await aliceHere()
    const consent = await signedInAsBob(browser)
    expect(codeOf(await browser.submit(consent, '/consent', { consent: 'allow' }))).toBeTruthy()
  })
})

test('an account that was chosen is that account’s choice, and nobody’s who is signed in later', async () => {
  const { browser } = await aliceHere()
  const choose = await browser.get(url({ prompt: 'select_account consent' }))
  const consent = await browser.submit(choose, '/select-account', { account: 'current' })
  expect(consent.html).toContain('name="consent"')
  const bob = openBrowser()
  await signIn(bob, await bob.get(url()), 'bob')
  browser.cookies.set(sessionName(), bob.cookies.get(sessionName()) ?? '')
  const answer = await browser.submit(consent, '/consent', { consent: 'allow' })
  expect(codeOf(answer)).toBeUndefined()
  expect(answer.title).toMatch(/^Choose an account/)
})
