import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import * as client from 'openid-client'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeCertificate } from '../support/certificate.ts'
import { launchChromium } from '../support/chromium.ts'
import { type ClientApp, startClientApp } from '../support/client-app.ts'
import { freePort } from '../support/free-port.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createVisits, signInAt } from '../support/visit.ts'
import { secret, world } from '../support/world.ts'

let browser: Browser
let app: ClientApp
let server: TestServer
const document = () => ({ ...world, clients: [...world.clients, app.registration] })

beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser?.close())

describe('an issuer with a path', () => {
  beforeAll(async () => {
    const port = await freePort()
    app = await startClientApp(() => server.issuer)
    const issuer = `http://127.0.0.1:${port}/auth`
    server = await startServer({ document: document(), config: { port, issuer } })
  })
  afterAll(async () => {
    await app?.close()
    await server?.close()
  })

  test.each(['oidc', 'oauth2'] as const)('RFC 8414 §3.1, OIDC Discovery §4: is discovered by %s', async algorithm => {
    const options = { algorithm, execute: [client.allowInsecureRequests] }
    const config = await client.discovery(new URL(server.issuer), 'job', secret, undefined, options)
    expect(config.serverMetadata().token_endpoint).toBe(`${server.issuer}/token`)
    await expect(client.clientCredentialsGrant(config)).resolves.toMatchObject({ token_type: 'bearer' })
  })

  test('signs in and out, every page and its style below the path', async () => {
    const visit = createVisits(browser, () => server.issuer)
    await visit({}, async ({ page, context, look }) => {
      const outside: string[] = []
      context.on('request', request => {
        const { origin, pathname } = new URL(request.url())
        if (origin === new URL(server.issuer).origin && !pathname.startsWith('/auth/')) outside.push(pathname)
      })
      await page.goto(`${app.origin}/login`)
      await look('path-sign-in')
      await signInAt(page, `${app.origin}/`)
      expect(app.answers.at(-1)?.claims).toMatchObject({ iss: server.issuer, name: 'Alice' })
      await page.goto(`${app.origin}/logout?hint=no`)
      await page.getByRole('button', { name: 'Stay signed in' }).click()
      await page.getByRole('heading', { name: 'Which OAuth flow should I use?' }).waitFor()
      await page.goto(`${app.origin}/logout`)
      expect(page.url()).toBe(`${app.origin}/?state=left`)
      expect(outside).toEqual([])
    })
  })

  test('the address of the issuer itself is a page, with and without a slash', async () => {
    for (const url of [server.issuer, `${server.issuer}/`]) {
      const response = await fetch(url, { headers: { accept: 'text/html' } })
      expect([url, response.status]).toEqual([url, 200])
    }
  })
})

describe('an https issuer', () => {
  const directory = mkdtempSync(join(tmpdir(), 'grantwise-tls-'))
  const trusted = getCACertificates('default')

  beforeAll(async () => {
    const { tls_cert, tls_key, pem } = writeCertificate(directory)
    // What an operator does with NODE_EXTRA_CA_CERTS for a client of a private authority.
    setDefaultCACertificates([...trusted, pem])
    app = await startClientApp(() => server.issuer)
    server = await startServer({ document: document(), config: { tls_cert, tls_key } })
  })
  afterAll(async () => {
    setDefaultCACertificates(trusted)
    await app?.close()
    await server?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('signs in and out with cookies that only this host, over TLS, may set and read', async () => {
    expect(server.issuer).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    const visit = createVisits(browser, () => server.issuer)
    await visit({ ignoreHTTPSErrors: true }, async ({ page, context }) => {
      await page.goto(`${app.origin}/login`)
      await signInAt(page, `${app.origin}/`)
      expect(app.answers.at(-1)?.claims).toMatchObject({ iss: server.issuer, name: 'Alice' })
      const cookies = await context.cookies(server.issuer)
      expect(cookies.map(({ name }) => name).sort()).toEqual([
        '__Host-grantwise-browser',
        '__Host-grantwise-known',
        '__Host-grantwise-session',
      ])
      for (const cookie of cookies) {
        expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Lax', path: '/', domain: '127.0.0.1' })
      }
      await page.goto(`${app.origin}/logout`)
      expect(page.url()).toBe(`${app.origin}/?state=left`)
      expect((await context.cookies(server.issuer)).map(({ name }) => name)).not.toContain('__Host-grantwise-session')
    })
  })
})
