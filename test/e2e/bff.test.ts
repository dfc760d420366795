import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeAdvisedClient } from '../../src/admin/advised-client.ts'
import { registrationOf } from '../../src/advisor/registration.ts'
import { portOf } from '../../src/listen.ts'
import { adviceFor, usual } from '../advisor/samples.ts'
import { launchChromium } from '../support/chromium.ts'
import { type ClientApp, startClientApp } from '../support/client-app.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createVisits, signInAt, type Visit, type Visits } from '../support/visit.ts'
import { api, secret, world } from '../support/world.ts'

let server: TestServer
let browser: Browser
let visit: Visits
let stranger: ClientApp
let bff: ChildProcess
let origin: string

beforeAll(async () => {
  origin = `http://127.0.0.1:${await portOf({ host: '127.0.0.1', port: 0 })}`
  const [openApi, ...others] = world.resource_servers
  // Shorter than what the example waits for: each call renews.
  const resource_servers = [{ ...openApi, access_token_ttl: 60 }, ...others]
  const document = { ...world, resource_servers, clients: [...world.clients, advisedClient()] }
  ;[server, browser] = await Promise.all([startServer({ document }), launchChromium()])
  stranger = await startClientApp(() => server.issuer)
  visit = createVisits(browser, () => server.issuer)
  bff = await startExample()
})
afterAll(async () => {
  bff?.kill()
  await browser?.close()
  await stranger?.close()
  await server?.close()
})

/** What the advisor registers for a page with a server of its own. */
function advisedClient(): object {
  const { 'best-practice': result } = adviceFor({ ...usual, runs_on: 'browser', backend: 'yes', secret_safe: 'no' })
  const registration = registrationOf(result)
  if (result.flow !== 'bff' || registration === undefined) throw new Error(`the advice is ${result.flow}`)
  const typed = {
    client_id: 'notes',
    client_name: 'Notes',
    client_secret: secret,
    redirect_uris: [`${origin}/callback`],
    audiences: [api],
    scope: 'openid profile offline_access profile:read',
  }
  return describeAdvisedClient(registration, typed, [])
}

async function startExample(): Promise<ChildProcess> {
  const example = join(import.meta.dirname, '../../examples/bff.ts')
  const env = {
    ...process.env,
    ISSUER: server.issuer,
    CLIENT_ID: 'notes',
    CLIENT_SECRET: secret,
    PORT: new URL(origin).port,
  }
  const child = spawn(process.execPath, [example], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

async function signInAtExample({ page, complaints }: Visit): Promise<void> {
  await page.goto(origin)
  await page.getByText('Nobody is signed in').waitFor()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await signInAt(page, `${origin}/`)
  await page.getByText('Signed in as Alice').waitFor()
  // Chromium says so of the 401 by which the page learned that nobody was.
  complaints.length = 0
}

test('no token ever reaches the browser: not in a header, a body, a cookie or its storage', async () => {
  await visit({}, async visitor => {
    const { context, page } = visitor
    const seen: Promise<string>[] = []
    page.on('response', response => {
      if (!response.url().startsWith(origin)) return
      seen.push(
        response
          .text()
          .catch(() => '')
          .then(async body => JSON.stringify(await response.allHeaders()) + body),
      )
    })
    await signInAtExample(visitor)
    await page.reload()
    await page.getByText('Signed in as Alice').waitFor()
    const all = (await Promise.all(seen)).join('\n')
    expect(all).toContain('"name":"Alice"')
    expect(all).not.toMatch(/eyJ[\w-]+\.|access_token|refresh_token|id_token/)
    expect(await page.evaluate('[document.cookie, localStorage.length, sessionStorage.length]')).toEqual(['', 0, 0])
    const [cookie] = (await context.cookies(origin)).filter(({ name }) => name === '__Host-session')
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' })
  })
})

test('a page of another origin, on the same site, neither reads nor calls for the one who is signed in', async () => {
  await visit({}, async visitor => {
    const { context, complaints } = visitor
    await signInAtExample(visitor)
    const evil = await context.newPage()
    const statuses: number[] = []
    evil.on('response', response => {
      if (response.url().endsWith('/api/me')) statuses.push(response.status())
    })
    await evil.goto(`${stranger.origin}/`)
    const call = (init: object) =>
      evil.evaluate(
        `fetch('${origin}/api/me', ${JSON.stringify({ credentials: 'include', ...init })}).then(it => it.type, () => 'refused')`,
      )
    expect(await call({ headers: { 'X-BFF': '1' } })).toBe('refused')
    expect(await call({ mode: 'no-cors' })).toBe('opaque')
    expect(statuses).toContain(403)
    // Chromium says so of every call that CORS forbids.
    complaints.length = 0
  })
})

test('signing out ends the session and what it held', async () => {
  await visit({}, async visitor => {
    const { page, complaints } = visitor
    await signInAtExample(visitor)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(`${server.issuer}/logout**`)
    await page.goto(origin)
    await page.getByText('Nobody is signed in').waitFor()
    complaints.length = 0
  })
})
