import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authorize, authorizeUrl, openBrowser, type Browser as PlainBrowser } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { type ClientApp, startClientApp } from '../support/client-app.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { webMessageOf } from '../support/web-message.ts'
import { world } from '../support/world.ts'
import { type EvilSite, startEvilSite } from './evil-site.ts'

let server: TestServer
let app: ClientApp
let evil: EvilSite
/** Alice, who is signed in and has allowed everything that the app asks for. */
let alice: PlainBrowser

const page = (client_id: string, redirect_uris: readonly string[], web_origins?: readonly string[]) => ({
  client_id,
  token_endpoint_auth_method: 'none',
  redirect_uris,
  scope: 'openid',
  grantwise: { runs_on: 'browser', acts_for: ['user'], first_party: true, ...(web_origins ? { web_origins } : {}) },
})

const elsewhere = 'https://app.example.com/callback'
/** Origins that are not the one of that address, however near. */
const nearMisses = [
  [],
  ['https://example.com'],
  ['https://www.app.example.com'],
  ['https://app.example.com:8443'],
  ['https://app.example.com.evil.example'],
  ['https://evil.example'],
] as const

beforeAll(async () => {
  app = await startClientApp(() => server.issuer)
  evil = await startEvilSite()
  const clients = [
    ...world.clients,
    page('page', [`${app.origin}/callback`]),
    ...nearMisses.map((web_origins, at) => page(`near-${at}`, [elsewhere], web_origins)),
  ]
  server = await startServer({ document: { ...world, clients } })
})
beforeEach(async () => {
  alice = openBrowser()
  await authorize(alice, authorizeUrl(server.issuer))
})
afterAll(async () => {
  await evil?.close()
  await app?.close()
  await server?.close()
})

const silent = (changes: Record<string, string | undefined> = {}) =>
  authorizeUrl(server.issuer, {
    client_id: 'page',
    redirect_uri: `${app.origin}/callback`,
    scope: 'openid',
    prompt: 'none',
    response_mode: 'web_message',
    ...changes,
  })

describe('RFC 9700 §4.17.1: the receiver', () => {
  test.each(nearMisses.map((web_origins, at) => [web_origins, at] as const))(
    'an app whose pages may be at %j gets no message at another origin, redirect_uri or not',
    async (_origins, at) => {
      const sent = { client_id: `near-${at}`, redirect_uri: elsewhere }
      const answer = await alice.get(silent(sent))
      expect(answer.html).not.toContain('data-response')
      expect(answer.location?.searchParams.get('error')).toBe('invalid_request')
      expect(answer.location?.searchParams.get('code')).toBeNull()
    },
  )

  test.each([
    ['another address of the origin', 'http://127.0.0.1:5001/other', 'web'],
    ['an app’s own scheme', 'com.example.app:/callback', 'native'],
    ['whichever loopback port', 'http://127.0.0.1:53999/callback', 'native'],
    ['the origin of a client on a server', 'http://127.0.0.1:5001/callback', 'web'],
  ])('%s gets none', async (_what, redirect_uri, client_id) => {
    const answer = await alice.get(silent({ client_id, redirect_uri, scope: 'openid profile' }))
    expect(answer.html).not.toContain('data-response')
    expect(answer.headers.get('location') ?? '').not.toContain('code=')
  })

  test('a target in a parameter is no target: it is the proven redirect_uri’s, and never everybody', async () => {
    const others = { web_message_uri: evil.sibling, web_message_target: '*', origin: evil.sibling, targetOrigin: '*' }
    const { html } = await alice.get(silent(others))
    expect(webMessageOf(html).origin).toBe(app.origin)
    expect(html).not.toContain(evil.sibling)
    expect(html).not.toMatch(/['"]\*['"]/)
  })

  test('two redirect_uris are none', async () => {
    const twice = `${silent()}&redirect_uri=${encodeURIComponent(`${evil.sibling}/callback`)}`
    const { status, html } = await alice.get(twice)
    expect(status).toBe(400)
    expect(html).not.toContain('data-response')
  })
})

describe('RFC 9700 §4.16: only this answer may be framed', () => {
  test('and it has nothing to press, and nothing of the user', async () => {
    const { html } = await alice.get(silent())
    expect(html).not.toMatch(/<form|<input|<button|<a /)
    expect(html).not.toContain('Alice')
  })

  test.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['an address that is not registered', { redirect_uri: 'http://127.0.0.1:5001/evil' }],
    ['no address', { redirect_uri: undefined }],
  ])('not what is wrong about %s', async (_what, changes) => {
    const { status, headers } = await alice.get(silent(changes))
    expect(status).toBe(400)
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })
})

describe('in Chromium, where alice is signed in', () => {
  let chromium: Browser
  let context: BrowserContext
  let attackers: Page
  beforeAll(async () => {
    chromium = await launchChromium()
  })
  afterAll(() => chromium?.close())

  /** A browser with her session, or without, at a page of the attacker's that keeps what it is sent. */
  async function lure(at: string, signedIn = true): Promise<void> {
    context = await chromium.newContext()
    const cookies = [...alice.cookies].map(([name, value]) => ({ name, value, url: server.issuer, httpOnly: true }))
    if (signedIn) await context.addCookies(cookies.map(cookie => ({ ...cookie, sameSite: 'Lax' as const })))
    evil.serve('/', '<script>messages = []; addEventListener("message", it => messages.push(it.data))</script>')
    attackers = await context.newPage()
    await attackers.goto(at)
  }
  const heard = () => attackers.evaluate('messages')

  test.each(['sibling', 'stranger'] as const)('a %s that opens the answer in a window hears nothing', async who => {
    await lure(evil[who])
    const opened = context.waitForEvent('page')
    await attackers.evaluate(address => void window.open(address), silent())
    const popup = await opened
    await popup.locator('#sent:visible').waitFor()
    // Sent after it, and not kept from anybody: whatever was to come has come.
    await popup.evaluate(() => window.opener.postMessage('the last', '*'))
    await attackers.waitForFunction('messages.includes("the last")')
    expect(await heard()).toEqual(['the last'])
    await context.close()
  })

  test.each(['sibling', 'stranger'] as const)('a %s that frames the answer gets an empty frame', async who => {
    await lure(evil[who])
    expect(await framedBy(attackers, silent())).toMatch(/^chrome-error:/)
    expect(await heard()).toEqual([])
    await context.close()
  })

  test('nor does a page of the app that is framed itself by a stranger pass for the app', async () => {
    app.serve('/framed', 'text/html', `<!doctype html><iframe src="${silent().replaceAll('&', '&amp;')}"></iframe>`)
    await lure(evil.sibling)
    await framedBy(attackers, `${app.origin}/framed`)
    const inner = attackers.frames().at(-1)
    expect(inner?.parentFrame()?.url()).toBe(`${app.origin}/framed`)
    expect(inner?.url()).toMatch(/^chrome-error:/)
    await context.close()
  })

  // What a site of the same host cannot be kept from is the time an answer takes.
  test('whether she is signed in, a page that frames or opens the answer cannot tell', async () => {
    const observed = []
    for (const signedIn of [true, false]) {
      for (const response_mode of ['web_message', 'query', 'fragment']) {
        await lure(evil.sibling, signedIn)
        await framedBy(attackers, silent({ response_mode }))
        observed.push([
          response_mode,
          await attackers.evaluate(() => [...document.querySelectorAll('iframe')].map(it => it.contentWindow?.length)),
          await attackers.evaluate(() => {
            try {
              return window.frames[0]?.location.href
            } catch {
              return 'unreadable'
            }
          }),
          await heard(),
        ])
        await context.close()
      }
    }
    expect(observed.slice(3)).toEqual(observed.slice(0, 3))
  })
})

/** Where a frame with this address ends up. */
async function framedBy(page: Page, address: string): Promise<string | undefined> {
  await page.evaluate(
    src =>
      new Promise<void>(resolve => {
        const frame = document.createElement('iframe')
        frame.onload = () => resolve()
        frame.src = src
        document.body.append(frame)
      }),
    address,
  )
  return page.frames().at(1)?.url()
}
