import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enter } from '../accounts/support.ts'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { fieldsOf } from '../support/form.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { type EvilSite, selfPosting, startEvilSite } from './evil-site.ts'
import { anotherSession, everyFormOptions, formKinds, press, type ReadyForm } from './forms.ts'

let server: TestServer
let evil: EvilSite
let chromium: Browser
beforeAll(async () => {
  ;[server, evil, chromium] = await Promise.all([startServer(everyFormOptions), startEvilSite(), launchChromium()])
})
afterAll(async () => {
  await chromium?.close()
  await evil?.close()
  await server?.close()
})

type Fields = Readonly<Record<string, string>>

interface Forms {
  /** As the victim has it open. */
  readonly own: ReadyForm
  /** The same form, as the attacker has it open in their own browser, signed in with their own account. */
  readonly attackers: ReadyForm
}

const origins: Readonly<Record<string, (issuer: string) => string>> = {
  'another site': () => 'https://evil.example',
  'no origin that has a name': () => 'null',
  'another port of the same host': () => 'http://127.0.0.1:5001',
  'another name of the same host': issuer => issuer.replace('127.0.0.1', 'localhost'),
  'the same host over https': issuer => issuer.replace('http:', 'https:'),
  'a host that begins with ours': issuer => `${issuer}.evil.example`,
  'a port that begins with ours': issuer => `${issuer}0`,
  'ours with a slash': issuer => `${issuer}/`,
  'ours in capitals': issuer => issuer.toUpperCase(),
  'ours and another': issuer => `${issuer}, https://evil.example`,
  nothing: () => '',
}

const forgeries: Readonly<Record<string, (forms: Forms) => Fields>> = {
  'no hidden field': ({ own }) => own.fields,
  'an empty hidden field': ({ own }) => ({ ...blank(own.hidden), ...own.fields }),
  'the field of the attacker’s own page': ({ own, attackers }) => ({ ...attackers.hidden, ...own.fields }),
  'the field with one character exchanged': ({ own }) => ({ ...exchanged(own.hidden), ...own.fields }),
  'the field under the other name': ({ own }) => ({ ...renamed(own.hidden), ...own.fields }),
}

const blank = (hidden: Fields) => Object.fromEntries(Object.keys(hidden).map(name => [name, '']))
const exchanged = (hidden: Fields) =>
  Object.fromEntries(
    Object.entries(hidden).map(([name, text]) => [name, text.replace(/.$/, it => (it === 'A' ? 'E' : 'A'))]),
  )
const renamed = (hidden: Fields) =>
  Object.fromEntries(Object.entries(hidden).map(([name, text]) => [name === 'form' ? 'parked' : 'form', text]))

/** The hidden fields that each path takes, of those that any page gives. */
const takes: Readonly<Record<string, readonly string[]>> = {
  '/sign-in': ['authorize'],
  '/sign-up': ['authorize', 'sign-up'],
  '/select-account': ['authorize'],
  '/consent': ['authorize'],
  '/logout': ['logout'],
  '/account/apps': ['account'],
  '/account/sessions': ['account'],
  '/account/password': ['account'],
}

describe.each(Object.entries(formKinds))('RFC 9700 §4.7.1: %s', (_name, kind) => {
  let own: ReadyForm
  let attackers: ReadyForm
  beforeAll(async () => {
    // Whatever was typed wrong before is counted no more.
    server.clock.pass(900)
    attackers = await kind.open(server, 'bob')
    own = await kind.open(server, 'alice')
  })

  test.each(Object.entries(origins))(
    'posted by a page of %s, with the very field of the victim: nothing',
    async (_of, origin) => {
      const answer = await own.browser.post(
        own.url,
        { ...own.hidden, ...own.fields },
        { origin: origin(server.issuer) },
      )
      expect(answer.status).toBe(400)
      expect(own.happened()).toBe(false)
    },
  )

  test.each(Object.entries(forgeries))('posted without Origin, with %s: nothing', async (_what, forge) => {
    const { location } = await own.browser.post(own.url, forge({ own, attackers }))
    expect(location).toBeUndefined()
    expect(own.happened()).toBe(false)
  })

  test('posted without Origin, with a field of the same browser that is for something else: nothing', async () => {
    const pages = {
      'sign-up': `${server.issuer}/sign-up`,
      account: `${server.issuer}/account/password`,
      logout: `${server.issuer}/logout`,
      authorize: authorizeUrl(server.issuer, { prompt: 'login' }),
    }
    const taken = takes[new URL(own.url).pathname] ?? []
    for (const [purpose, url] of Object.entries(pages).filter(([it]) => !taken.includes(it))) {
      const hidden = fieldsOf((await own.browser.get(url)).html)
      const { location } = await own.browser.post(own.url, { ...hidden, ...own.fields })
      expect([purpose, location]).toEqual([purpose, undefined])
      expect(own.happened(), purpose).toBe(false)
    }
  })

  test('posted by a browser that has none of the cookies, or the session alone: nothing', async () => {
    const session = [...own.browser.cookies].filter(([name]) => name.includes('session'))
    for (const cookies of [[], session]) {
      const bare = openBrowser()
      for (const [name, value] of cookies) bare.cookies.set(name, value)
      const answer = await bare.post(own.url, { ...own.hidden, ...own.fields })
      expect(answer.location?.pathname ?? '/account').toBe('/account')
      expect(own.happened()).toBe(false)
    }
  })

  test('in Chromium, by pages that post themselves: nothing', async () => {
    const url = server.issuer
    const context = await chromium.newContext()
    const page = await context.newPage()
    /** Opens a page of the attacker's, which posts by itself. */
    async function visitEvil(at: string, fields: Fields, planted: readonly string[] = []): Promise<void> {
      evil.serve('/attack', selfPosting(own.url, { ...fields, ...own.fields }), { 'set-cookie': planted })
      const posted = page.waitForResponse(response => response.request().method() === 'POST')
      await page.goto(`${at}/attack`)
      expect((await posted).status()).toBe(400)
      expect(own.happened()).toBe(false)
    }
    try {
      const cookies = [...own.browser.cookies].map(([name, value]) => ({ name, value, url, httpOnly: true }))
      await context.addCookies(cookies.map(cookie => ({ ...cookie, sameSite: 'Lax' })))
      // With the very field of the victim, from another port and from another site.
      await visitEvil(evil.sibling, own.hidden)
      await visitEvil(evil.stranger, own.hidden)
      // With the attacker's own page, and the cookie that it is bound to planted from another port.
      const [name = '', value = ''] = [...attackers.browser.cookies].find(([it]) => it.includes('browser')) ?? []
      await visitEvil(evil.sibling, attackers.hidden, [`${name}=${value}; Path=/; HttpOnly`])
      expect((await context.cookies(url)).map(it => it.value)).toContain(value)
    } finally {
      await context.close()
    }
  })

  test('asked for by GET, as an image would be: nothing', async () => {
    await own.browser.get(`${own.url}?${new URLSearchParams({ ...own.hidden, ...own.fields })}`)
    expect(own.happened()).toBe(false)
  })

  test('pressed by the victim themselves, it is done', async () => {
    await press(own)
    expect(own.happened()).toBe(true)
  })
})

const ofAccounts = Object.entries(formKinds).filter(([, { boundToSession }]) => boundToSession)

test.each(ofAccounts)(
  'RFC 9700 §4.7.1: %s, with the field of another session of the same browser: nothing',
  async (_name, kind) => {
    const before = await kind.open(server, 'bob')
    await anotherSession(server, before, 'bob')
    const again = await kind.open(server, 'bob')
    expect((await before.browser.post(before.url, { ...before.hidden, ...before.fields })).status).toBe(400)
    expect(again.happened()).toBe(false)
  },
)

describe('signing out, posted by another site, to which the browser sends no cookie', () => {
  let own: TestServer
  beforeAll(async () => {
    own = await startServer()
  })
  afterAll(() => own?.close())

  const posted = (state: string) =>
    openBrowser().post(`${own.issuer}/logout`, { state }, { 'sec-fetch-site': 'cross-site', origin: 'null' })

  test('is asked again by GET, with the cookie', async () => {
    const page = await posted('x')
    expect([page.status, page.location?.pathname]).toEqual([303, '/logout'])
    expect(page.headers.get('set-cookie')).toBeNull()
  })

  test('too long for that, it takes no session from the browser all the same', async () => {
    const page = await posted('x'.repeat(10_000))
    expect(page.headers.getSetCookie().filter(it => it.includes('session'))).toEqual([])
  })

  test.each([
    ['short', 'x'],
    ['too long for a URL', 'é'.repeat(1000)],
  ])('in Chromium, %s: the question is shown, and nobody is signed out', async (_what, state) => {
    const context = await chromium.newContext()
    const page = await context.newPage()
    try {
      const { browser } = await enter(own)
      const cookies = [...browser.cookies].map(([name, value]) => ({ name, value, url: own.issuer, httpOnly: true }))
      await context.addCookies(cookies.map(cookie => ({ ...cookie, sameSite: 'Lax' as const })))
      evil.serve('/attack', selfPosting(`${own.issuer}/logout`, { state }))
      await page.goto(`${evil.stranger}/attack`)
      await page.getByRole('heading', { name: 'Sign out?' }).waitFor()
      await page.goto(`${own.issuer}/account`)
      expect(await page.locator('#password').count()).toBe(0)
    } finally {
      await context.close()
    }
  })
})
