import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authorizeUrl, openBrowser, type Page, signIn } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainTokens } from '../support/token.ts'
import { password } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
beforeEach(() => {
  // The failed guesses of the attack before are counted no more.
  server.clock.pass(900)
})
afterAll(() => server.close())

const url = (changes: Record<string, string | undefined> = {}) => authorizeUrl(server.issuer, changes)
const codeOf = (page: Page) => page.location?.searchParams.get('code')

/** An alice who is signed in and has agreed, so that any request of `web` that is accepted is answered with a code. */
async function victim() {
  const browser = openBrowser()
  await obtainTokens(server.issuer, {}, browser)
  return browser
}

describe('rule 5: a parked request is bound to its browser, used once, and says itself where it returns to', () => {
  test('login CSRF: a page that the attacker began signs nobody in', async () => {
    const attacker = openBrowser()
    const page = await attacker.get(url())
    const target = await victim()
    const before = new Map(target.cookies)
    expect(await signIn(target, page, 'bob')).toMatchObject({ status: 400 })
    expect([...target.cookies]).toEqual([...before])
  })

  test('code injection: the consent page of an attacker, sent to a victim, gives no code', async () => {
    const attacker = openBrowser()
    const page = await signIn(attacker, await attacker.get(url({ prompt: 'consent' })), 'bob')
    const answer = await (await victim()).submit(page, '/consent', { consent: 'allow' })
    expect(answer).toMatchObject({ status: 400, location: undefined })
  })

  test('a form that was used gives no second code, to nobody', async () => {
    const browser = openBrowser()
    const page = await signIn(browser, await browser.get(url({ prompt: 'consent' })))
    const submits = await Promise.all([1, 2, 3].map(() => browser.submit(page, '/consent', { consent: 'allow' })))
    expect(submits.filter(codeOf)).toHaveLength(1)
  })
})

describe('rule 7: all HTML leaves through one escaping layer with one set of headers', () => {
  const script = '"><script>alert(1)</script><img src=x onerror=alert(1)>'

  test('markup in what an operator, a user or a stranger names is text on every page', async () => {
    await server.apply({
      resource_servers: [
        {
          audience: 'https://markup.example.com',
          name: script,
          scopes: { 'markup:read': { description: script, requires_user: true } },
        },
      ],
      clients: [
        {
          client_id: 'markup',
          token_endpoint_auth_method: 'none',
          client_name: script,
          client_uri: 'https://markup.example.com/?a=%22b&c',
          redirect_uris: ['http://127.0.0.1:5040/callback'],
          scope: 'openid markup:read',
          grantwise: { runs_on: 'server', acts_for: ['user'], audiences: ['https://markup.example.com'] },
        },
      ],
      users: [{ login: '<b>mallory</b>', password, claims: { name: script } }],
    })
    const redirect_uri = 'http://127.0.0.1:5040/callback'
    const ask = (changes: Record<string, string>) =>
      url({ client_id: 'markup', redirect_uri, scope: 'openid markup:read', ...changes })
    const browser = openBrowser()
    const pages = [await browser.get(ask({ login_hint: script, state: script, nonce: script }))]
    pages.push(await signIn(browser, pages[0] as Page, script, script))
    pages.push(await signIn(browser, pages[0] as Page, '<b>mallory</b>'))
    pages.push(await browser.get(ask({ prompt: 'select_account' })))
    pages.push(await browser.get(`${server.issuer}/logout?client_id=markup`))
    pages.push(await browser.get(ask({ prompt: 'none', response_mode: 'form_post', state: script })))
    pages.push(await browser.get(url({ client_id: script })))
    pages.push(await browser.get(url({ redirect_uri: script })))
    pages.push(await browser.get(`${server.issuer}/${encodeURIComponent(script)}`))
    for (const { html } of pages) {
      expect(html).toMatch(/^<!doctype html>/)
      expect(html.replaceAll(/<script>HTMLFormElement[^<]*<\/script>/g, '')).not.toMatch(/<script|<img|<b>/)
    }
    expect(pages.map(page => page.title).join()).toContain('Choose an account')
  })
})
