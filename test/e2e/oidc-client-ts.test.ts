import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { type ClientApp, startClientApp } from '../support/client-app.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createVisits, fillSignIn, signInAt, type Visits } from '../support/visit.ts'
import { world } from '../support/world.ts'

let server: TestServer
let app: ClientApp
/** The same app by another name of its host: another site than the server. */
let far: string
let chromium: Browser
let visit: Visits
const refusals: string[] = []

const spaClient = (client_id: string, origin: string) => ({
  client_id,
  client_name: 'Single-page app',
  token_endpoint_auth_method: 'none',
  redirect_uris: [`${origin}/spa`],
  post_logout_redirect_uris: [`${origin}/`],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope: 'openid profile offline_access profile:read',
  grantwise: { runs_on: 'browser', acts_for: ['user'], audiences: ['https://api.example.com'] },
})

beforeAll(async () => {
  app = await startClientApp(() => server.issuer)
  far = app.origin.replace('127.0.0.1', 'localhost')
  const clients = [...world.clients, spaClient('near', app.origin), spaClient('far', far)]
  ;[server, chromium] = await Promise.all([startServer({ document: { ...world, clients } }), launchChromium()])
  visit = createVisits(chromium, () => server.issuer)
  server.journeys.follow(({ step }) => {
    for (const { reason, passed } of step.checks ?? []) if (!passed) refusals.push(reason)
  })
  const settings = JSON.stringify({ issuer: server.issuer, clients: { [app.origin]: 'near', [far]: 'far' } })
  const source = (url: string) => readFileSync(new URL(url), 'utf8')
  app.serve(
    '/spa',
    'text/html',
    `<!doctype html><title>Single-page app</title><link rel="icon" href="data:,"><output id="user"></output>
    <script type="application/json" id="settings">${settings}</script>
    <script src="/oidc-client-ts.js"></script><script src="/page.js"></script>`,
  )
  app.serve('/page.js', 'text/javascript', source(import.meta.resolve('./oidc-client-page.js')))
  const bundle = new URL('../browser/oidc-client-ts.min.js', import.meta.resolve('oidc-client-ts')).href
  app.serve('/oidc-client-ts.js', 'text/javascript', source(bundle))
})
beforeEach(() => {
  refusals.length = 0
})
afterAll(async () => {
  await chromium?.close()
  await app?.close()
  await server?.close()
})

interface User {
  readonly access_token: string
  readonly refresh_token?: string
  readonly profile: { readonly name: string; readonly sub: string }
}

/** What a call of the library gives: the user it ends with, or the error. */
const call = (page: Page, expression: string) =>
  page.evaluate<User | { readonly error: string }>(
    `manager.${expression}.then(user => user && ({ ...user }), ({ error, message }) => ({ error: error ?? message }))`,
  )
const userOf = async (page: Page) => (await call(page, 'getUser()')) as User

/** Signs alice in by a redirect of the whole page. */
async function signIn(page: Page, origin: string, more = ''): Promise<User> {
  await page.goto(`${origin}/spa`)
  await page.evaluate(`void manager.signinRedirect({ ${more} })`)
  await page.waitForURL(`${server.issuer}/authorize**`)
  await signInAt(page, `${origin}/spa`)
  await page.locator('#user').getByText('Alice').waitFor()
  return userOf(page)
}

describe('oidc-client-ts, on a page of the same site', () => {
  test('A31, A33: signs in by redirect, and renews in a hidden frame while nothing is seen', async () => {
    await visit({}, async ({ page, context }) => {
      const first = await signIn(page, app.origin)
      expect(first.refresh_token).toBeUndefined()
      const seen: string[] = []
      page.on('framenavigated', frame => frame === page.mainFrame() && seen.push(frame.url()))
      const second = (await call(page, 'signinSilent()')) as User
      expect(second.profile).toMatchObject({ name: 'Alice', sub: first.profile.sub })
      expect(second.access_token).not.toBe(first.access_token)
      expect([seen, context.pages().length]).toEqual([[], 1])
    })
  })

  test('A31: with offline_access it renews by rotation, and a token that was replaced ends them all', async () => {
    await visit({}, async ({ page, complaints }) => {
      const scope = 'openid profile offline_access profile:read'
      const first = await signIn(page, app.origin, `scope: '${scope}', prompt: 'consent'`)
      const second = (await call(page, 'signinSilent()')) as User
      expect(second.refresh_token).not.toBe(first.refresh_token)
      server.clock.pass(60)
      // Whoever stole the first one tries it.
      const fields = { grant_type: 'refresh_token', client_id: 'near', refresh_token: first.refresh_token ?? '' }
      const stolen = await fetch(`${server.issuer}/token`, { method: 'POST', body: new URLSearchParams(fields) })
      expect(stolen.status).toBe(400)
      expect(await call(page, 'signinSilent()')).toEqual({ error: 'invalid_grant' })
      complaints.length = 0
    })
  })

  test('signs in by a popup, which closes', async () => {
    await visit({}, async ({ page, context }) => {
      await page.goto(`${app.origin}/spa`)
      const opened = context.waitForEvent('page')
      const signedIn = call(page, 'signinPopup()')
      const popup = await opened
      const closed = popup.waitForEvent('close')
      await fillSignIn(popup)
      expect(await signedIn).toMatchObject({ profile: { name: 'Alice' } })
      await closed
    })
  })

  test('A32: nobody signed in: login_required, and signed out is signed out', async () => {
    await visit({}, async ({ page }) => {
      await page.goto(`${app.origin}/spa`)
      expect(await call(page, 'signinSilent()')).toEqual({ error: 'login_required' })
      await signIn(page, app.origin)
      await page.evaluate('void manager.signoutRedirect()')
      await page.waitForURL(`${app.origin}/`)
      await page.goto(`${app.origin}/spa`)
      expect(await call(page, 'signinSilent()')).toEqual({ error: 'login_required' })
      expect(refusals).toEqual(['login-required', 'login-required'])
    })
  })
})

describe('oidc-client-ts, on a page of another site', () => {
  test('A36: signs in by redirect; its hidden frame gets login_required, and the journey says that the session stayed away', async () => {
    await visit({}, async ({ page }) => {
      await signIn(page, far)
      expect(await call(page, 'signinSilent()')).toEqual({ error: 'login_required' })
      expect(refusals).toEqual(['session-cookie-withheld'])
    })
  })

  test('A31: there rotation renews', async () => {
    await visit({}, async ({ page }) => {
      const scope = 'openid profile offline_access profile:read'
      const first = await signIn(page, far, `scope: '${scope}', prompt: 'consent'`)
      const second = (await call(page, 'signinSilent()')) as User
      expect(second.refresh_token).not.toBe(first.refresh_token)
      expect(second.access_token).not.toBe(first.access_token)
    })
  })
})
