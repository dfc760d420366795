import type { Browser as Chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enter, newPassword, submitForm } from '../accounts/support.ts'
import { usual } from '../advisor/samples.ts'
import { newClientUrl, openForm, send as register } from '../clients/support.ts'
import { authorizeUrl, type Browser, openBrowser, type Page, signIn } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { send } from '../support/raw.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic } from '../support/token.ts'
import { password, world } from '../support/world.ts'

/** Adds to an attribute, then ends a value, a title and a script; runs by four ways if any of that succeeds. */
const hostile = `" x-marker="" onclick="alert(1)" '"></title></textarea></script><x-marker x-marker=""><img src=x onerror="alert(1)"><script>alert(1)</script>`
/** The same in what a scope may be made of (RFC 6749 §3.3). */
const hostileScope = `'><x-marker/x-marker><img/src=x/onerror=alert(1)>`
const audience = `https://markup.example.com/'><x-marker/x-marker=''><img/src=x/onerror=alert(1)>`

const [web] = world.clients
const redirect_uri = web.redirect_uris[0]
const hostileWorld = {
  ...world,
  resource_servers: [
    ...world.resource_servers,
    { audience, name: hostile, scopes: { [hostileScope]: { description: hostile, requires_user: true } } },
  ],
  clients: [
    ...world.clients,
    {
      ...web,
      client_id: 'markup',
      client_name: hostile,
      client_uri: 'https://markup.example.com/?a=%22%3E%3Cx-marker%3E&b',
      policy_uri: "https://markup.example.com/'onclick=alert(1)",
      scope: `openid profile email ${hostileScope}`,
      grantwise: { ...web.grantwise, audiences: [audience], owners: ['alice', hostile.toLowerCase()] },
    },
  ],
  users: [
    { login: 'alice', password, email: '"<x-marker>"@example.com', claims: { name: hostile } },
    { login: hostile, password, claims: { name: hostile, given_name: hostile } },
    { login: 'root', password, roles: ['admin'], claims: { name: hostile } },
  ],
}

let server: TestServer
beforeAll(async () => {
  server = await startServer({ document: hostileWorld, config: { sign_up: true } })
})
afterAll(() => server?.close())

const at = (path: string, query: Record<string, string> = {}) => `${server.issuer}${path}?${new URLSearchParams(query)}`
const ask = (changes: Record<string, string | undefined> = {}) =>
  authorizeUrl(server.issuer, { client_id: 'markup', scope: `openid email ${hostileScope}`, ...changes })

/** What a request says, wherever some page might say it again. */
const parameters: Readonly<Record<string, readonly string[]>> = {
  '/authorize': [
    ...['client_id', 'redirect_uri', 'response_type', 'response_mode', 'scope', 'state', 'nonce', 'prompt', 'max_age'],
    ...['login_hint', 'id_token_hint', 'claims', 'resource', 'audience', 'code_challenge', 'code_challenge_method'],
    ...['request', 'request_uri', 'registration', 'client_secret', 'ui_locales', 'display', 'acr_values', hostile],
  ],
  '/logout': ['client_id', 'id_token_hint', 'post_logout_redirect_uri', 'state', 'logout_hint', 'ui_locales', hostile],
  '/': ['acts_for', 'runs_on', 'secret_safe', 'policy', 'followups', 'flow', hostile],
  '/clients/new': ['acts_for', 'runs_on', 'secret_safe', 'policy', hostile],
  '/clients': ['q', 'name', 'after', hostile],
  '/account': ['done', 'apps', 'sessions', hostile],
  '/errors/lookup': ['reference', hostile],
  '/sign-in': ['login', 'error', hostile],
  '/sign-up': ['login', 'name', 'email', hostile],
  '/set-up': ['token', hostile],
}

async function hostilePages(): Promise<Map<string, Page>> {
  const pages = new Map<string, Page>()
  const stranger = openBrowser()
  const { browser: alice } = await enter(server, 'alice', password, openBrowser(), { 'user-agent': hostile })
  for (const [path, names] of Object.entries(parameters)) {
    for (const name of names) {
      const url =
        path === '/authorize'
          ? ask({ [name]: hostile })
          : at(path, { ...(path === '/clients/new' ? usual : {}), [name]: hostile })
      for (const [who, browser] of [
        ['a stranger', stranger],
        ['the owner', alice],
      ] as const) {
        pages.set(`GET ${path}, ${name}, ${who}`, await browser.get(url))
      }
    }
  }
  for (const path of [hostile, `errors/${hostile}`, `api/journeys/${hostile}`, `assets/${hostile}`]) {
    pages.set(
      `GET /${path}`,
      await stranger.get(`${server.issuer}/${path.split('/').map(encodeURIComponent).join('/')}`),
    )
  }
  for (const mode of [{}, { scope: 'unknown' }]) {
    pages.set(
      `form_post ${JSON.stringify(mode)}`,
      await alice.get(ask({ prompt: 'none', response_mode: 'form_post', state: hostile, ...mode })),
    )
  }
  await people(pages)
  return pages
}

/** The pages that say what people typed or are called. */
async function people(pages: Map<string, Page>): Promise<void> {
  const browser = openBrowser()
  const form = (page: Page) => /name="form" value="([^"]*)"/.exec(page.html)?.[1] ?? ''
  const asked = await browser.get(ask({ login_hint: hostile }))
  pages.set('sign-in, hinted', asked)
  pages.set('sign-in, wrong', await signIn(browser, asked, hostile, hostile))
  const made = await browser.submit(asked, '/sign-up', { sign_up: 'yes' })
  pages.set('sign-up on the way', made)
  const typed = { login: hostile, name: hostile, email: hostile, password: newPassword, password_again: hostile }
  pages.set('sign-up on the way, refused', await browser.submit(made, '/sign-up', typed))
  const signUp = await browser.get(at('/sign-up'))
  pages.set('sign-up, refused', await browser.post(signUp.url, { form: form(signUp), ...typed }))
  const consent = await signIn(browser, asked, hostile)
  pages.set('consent', consent)
  const { location } = await browser.submit(consent, '/consent', { consent: 'allow' })
  expect(location?.searchParams.has('code'), consent.title).toBe(true)
  pages.set('account', await browser.get(at('/account')))
  pages.set('select-account', await browser.get(ask({ prompt: 'select_account' })))
  pages.set('logout', await browser.get(at('/logout', { client_id: 'markup' })))
  pages.set('password', await browser.get(at('/account/password')))
  const { browser: root, page } = await openForm(server, undefined, 'root')
  pages.set('new client', page)
  const named = { client_name: hostile, redirect_uris: hostile, 'api-0': hostile }
  pages.set('new client, refused', await register(root, page, named))
  const good = {
    client_name: hostile,
    redirect_uris: 'https://app.example.com/cb',
    ...Object.fromEntries(hostileWorld.resource_servers.map((it, index) => [`api-${index}`, it.audience])),
  }
  pages.set('new client, done', await register(root, page, good))
  pages.set('new client, for others', await browser.get(newClientUrl(server)))
  const out = await submitForm(browser, await browser.get(at('/account')), '/logout', { logout: 'yes' })
  pages.set('signed out', out)
}

describe('DESIGN §5 rule 7: markup in what anybody names is text on every page', () => {
  let pages: Map<string, Page>
  let chromium: Chromium
  beforeAll(async () => {
    ;[pages, chromium] = await Promise.all([hostilePages(), launchChromium()])
  })
  afterAll(() => chromium?.close())

  test('the pages are there, and what is hostile is on them', () => {
    const html = [...pages].filter(([, { headers }]) => headers.get('content-type')?.startsWith('text/html'))
    expect(html.length).toBeGreaterThan(60)
    for (const name of [
      'consent',
      'account',
      'select-account',
      'logout',
      'new client, done',
      'sign-in, hinted',
      'sign-up, refused',
    ]) {
      expect(pages.get(name)?.html, name).toContain('&lt;x-marker')
    }
  })

  test('as bytes: no element of it', () => {
    for (const [name, { html }] of pages) {
      expect(html, name).not.toMatch(/<x-marker|<img/)
      const ours =
        /<script>(HTMLFormElement|[^<]*location\.hash)[^<]*<\/script>|<script type="module" src="\/assets\/[a-z0-9.-]+"><\/script>/g
      expect(html.replaceAll(ours, ''), name).not.toContain('<script')
    }
  })

  test('as Chromium reads it, with no policy to stop a script: nothing of it is there, nothing of it runs', async () => {
    const context = await chromium.newContext({ bypassCSP: true })
    const page = await context.newPage()
    const ran: string[] = []
    let now = ''
    page.on('dialog', dialog => {
      ran.push(now)
      dialog.dismiss().catch(() => undefined)
    })
    await page.route('**', route => route.abort())
    for (const [name, { html, headers }] of pages) {
      if (!headers.get('content-type')?.startsWith('text/html')) continue
      now = name
      await page.setContent(html, { waitUntil: 'domcontentloaded' })
      const found = await page.evaluate(
        () => document.querySelectorAll('x-marker, [x-marker], [onerror], [onclick], img, iframe, object, base').length,
      )
      expect(found, name).toBe(0)
    }
    expect(ran).toEqual([])
    await context.close()
  })
})

describe('what is no page is never taken for one', () => {
  const bodies: readonly (readonly [string, string, Record<string, string>])[] = [
    ['/token', 'grant_type', basic('web')],
    ['/token', 'code', basic('web')],
    ['/introspect', 'token', basic('web')],
    ['/revoke', 'token', basic('web')],
    ['/userinfo', 'access_token', {}],
  ]

  test.each(bodies)('%s with markup in its %s answers in JSON', async (path, name, headers) => {
    const body = new URLSearchParams({ grant_type: 'authorization_code', [name]: hostile }).toString()
    const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }
    const answer = await send(server.issuer + path, { method: 'POST', headers: { ...form, ...headers }, body })
    expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('nor with markup in JSON', async () => {
    const headers = { 'content-type': 'application/json', accept: 'text/html' }
    const body = JSON.stringify({ answers: { [hostile]: hostile } })
    const answer = await send(at('/api/advise'), { method: 'POST', headers, body })
    expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/)
  })

  test('RFC 9110 §5.5: no line break of a parameter becomes one of a header', async () => {
    const browser: Browser = openBrowser()
    const { browser: alice } = await enter(server, 'alice')
    const evil = 'x\r\nset-cookie: evil=1\r\nlocation: https://evil.example\r\n\r\n<x-marker>'
    for (const of of [browser, alice]) {
      for (const name of ['state', 'scope', 'client_id', 'redirect_uri', 'nonce', 'login_hint', 'response_mode']) {
        const page = await of.get(ask({ [name]: evil, prompt: 'none' }))
        expect([...page.headers.keys()].filter(it => it === 'evil')).toEqual([])
        expect(page.headers.getSetCookie().join()).not.toContain('evil=')
        if (page.location) expect(page.headers.get('location')?.startsWith(redirect_uri)).toBe(true)
      }
    }
    const logout = await alice.get(
      at('/logout', { client_id: 'markup', post_logout_redirect_uri: 'http://127.0.0.1:5001/', state: evil }),
    )
    expect(logout.headers.getSetCookie().join()).not.toContain('evil=')
  })
})
