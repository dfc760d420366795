import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, challenge } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { type ClientApp, startClientApp } from '../support/client-app.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createVisits, signInAt, type Visits } from '../support/visit.ts'
import { world } from '../support/world.ts'

const scope = 'openid profile offline_access profile:read'

let server: TestServer
let browser: Browser
let visit: Visits
/** Where the single-page app lives, where another client's does, and where nobody's does. */
let own: ClientApp
let another: ClientApp
let stranger: ClientApp

const spaClient = (client_id: string, { origin }: ClientApp) => ({
  client_id,
  client_name: 'Single-page app',
  token_endpoint_auth_method: 'none',
  redirect_uris: [`${origin}/spa`],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope,
  grantwise: { runs_on: 'browser', acts_for: ['user'], audiences: ['https://api.example.com'] },
})

beforeAll(async () => {
  const issuer = () => server.issuer
  ;[own, another, stranger] = await Promise.all([
    startClientApp(issuer),
    startClientApp(issuer),
    startClientApp(issuer),
  ])
  const clients = [...world.clients, spaClient('page', own), spaClient('other-page', another)]
  ;[server, browser] = await Promise.all([startServer({ document: { ...world, clients } }), launchChromium()])
  visit = createVisits(browser, issuer)
  servePage()
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([own, another, stranger].map(app => app?.close()))
  await server?.close()
})

function servePage(): void {
  const settings = JSON.stringify({ issuer: server.issuer, client_id: 'page', scope })
  own.serve(
    '/spa',
    'text/html',
    `<!doctype html><title>Single-page app</title><link rel="icon" href="data:,">
    <script type="importmap">{ "imports": { "oauth4webapi": "/oauth4webapi.js" } }</script>
    <output id="result"></output><script type="application/json" id="settings">${settings}</script>
    <script type="module" src="/spa-page.js"></script>`,
  )
  const source = (url: string) => readFileSync(new URL(url), 'utf8')
  own.serve('/spa-page.js', 'text/javascript', source(import.meta.resolve('./spa-page.js')))
  own.serve('/oauth4webapi.js', 'text/javascript', source(import.meta.resolve('oauth4webapi')))
}

/** A request of this client for a code, as a page sends it. */
const silent = (changes: Record<string, string> = {}) =>
  authorizeUrl(server.issuer, {
    client_id: 'page',
    redirect_uri: `${own.origin}/frame`,
    scope,
    prompt: 'none',
    ...changes,
  })

describe('a page of a registered web origin', () => {
  test('logs in with oauth4webapi: code and PKCE, userinfo, refresh, revocation, all by fetch', async () => {
    await visit({}, async ({ page }) => {
      await page.goto(`${own.origin}/spa`)
      await page.waitForURL(`${server.issuer}/authorize**`)
      await signInAt(page, `${own.origin}/spa?**`)
      const result = page.locator('#result:not(:empty)')
      expect(JSON.parse((await result.textContent()) ?? '')).toEqual({
        name: 'Alice',
        rotated: true,
        refused: 'invalid_token',
      })
    })
  })

  test('RFC 6749 §5.2: reads why it was refused', async () => {
    await visit({}, async ({ page }) => {
      await page.goto(`${own.origin}/`)
      expect(await redeem(page, 'page')).toMatchObject({ error: 'invalid_grant' })
    })
  })

  test('OIDC Core §3.1.2.1: renews in a hidden frame with prompt=none, once signed in', async () => {
    await server.apply({
      clients: [{ ...spaClient('page', own), redirect_uris: [`${own.origin}/spa`, `${own.origin}/frame`] }],
    })
    own.serve('/frame', 'text/html', '<!doctype html><title>Frame</title>')
    await visit({}, async ({ page }) => {
      await page.goto(`${own.origin}/`)
      expect(await answerInFrame(page)).toMatchObject({ error: 'login_required', state: 'state-1' })
      await page.goto(silent({ prompt: 'consent' }))
      await signInAt(page, `${own.origin}/frame?**`)
      await page.goto(`${own.origin}/`)
      expect(await answerInFrame(page)).toMatchObject({ code: expect.any(String), iss: server.issuer })
    })
  })
})

describe('a page of any other origin', () => {
  test.each([
    ['of another client', () => another.origin],
    ['of nobody', () => stranger.origin],
  ])('%s cannot read what /token says to this client', async (_whose, origin) => {
    await visit({}, async ({ page, complaints }) => {
      await page.goto(`${origin()}/`)
      expect(await redeem(page, 'page')).toBe('TypeError: Failed to fetch')
      expect(complaints.splice(0)).toContainEqual(expect.stringContaining('blocked by CORS policy'))
    })
  })

  test('of nobody can read the public documents, and nothing else', async () => {
    await visit({}, async ({ page, complaints }) => {
      await page.goto(`${stranger.origin}/`)
      for (const path of ['/.well-known/openid-configuration', '/.well-known/jwks.json']) {
        expect(await read(page, path)).toBe(200)
      }
      for (const path of ['/userinfo', '/revoke', '/introspect', '/authorize', '/logout', '/']) {
        expect(await read(page, path), path).toBe('TypeError: Failed to fetch')
      }
      complaints.length = 0
    })
  })
})

/** What a page learns by redeeming a code, guessed wrong. */
function redeem(page: Page, client_id: string): Promise<unknown> {
  const fields = { grant_type: 'authorization_code', client_id, code: 'stolen', code_verifier: challenge }
  return page.evaluate(
    ({ url, fields }) =>
      fetch(url, { method: 'POST', body: new URLSearchParams(fields) }).then(
        response => response.json(),
        error => String(error),
      ),
    { url: `${server.issuer}/token`, fields },
  )
}

/** The status that a page can read, or what stops it. */
function read(page: Page, path: string): Promise<number | string> {
  return page.evaluate(
    url =>
      fetch(url, { credentials: url.includes('well-known') ? 'omit' : 'include' }).then(
        response => response.status,
        error => String(error),
      ),
    `${server.issuer}${path}`,
  )
}

/** The answer that arrives in a hidden frame. */
async function answerInFrame(page: Page): Promise<Record<string, string>> {
  const search = await page.evaluate(
    url =>
      new Promise<string>(resolve => {
        const frame = document.createElement('iframe')
        frame.hidden = true
        frame.onload = () => resolve(frame.contentWindow?.location.search ?? '')
        frame.src = url
        document.body.append(frame)
      }),
    silent(),
  )
  return Object.fromEntries(new URLSearchParams(search))
}
