import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl } from '../support/browser.ts'
import { writeCertificate } from '../support/certificate.ts'
import { launchChromium } from '../support/chromium.ts'
import { startServer } from '../support/server.ts'
import { createVisits } from '../support/visit.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(() => browser?.close())

describe('in a real browser', () => {
  test.each([true, false])('what is posted to another name ends at a page that says so (JavaScript: %j)', async js => {
    const server = await startServer()
    const elsewhere = server.issuer.replace('127.0.0.1', 'localhost')
    const app = await startApp(`${elsewhere}/authorize`)
    await createVisits(browser, () => elsewhere)({ javaScriptEnabled: js }, async ({ page, look }) => {
      await page.goto(app.origin)
      await page.getByRole('button').click()
      expect(page.url()).toBe(`${elsewhere}/authorize`)
      await page.getByRole('heading', { name: 'This server goes by another name' }).waitFor()
      if (js) await look('other-host')
      await page.getByRole('link', { name: server.issuer }).click()
      await page.waitForURL(`${server.issuer}/**`)
    })
    await app.close()
    await server.close()
  })

  test('a proxy that replaces Host leads to an explanation, not to a browser that gave up', async () => {
    const proxy = await startProxy(() => server.url)
    const server = await startServer({ config: { issuer: proxy.issuer } })
    await createVisits(browser, () => server.issuer)({}, async ({ page, look }) => {
      await page.goto(authorizeUrl(server.issuer))
      await page.getByRole('heading', { name: 'This server goes by another name' }).waitFor()
      expect(await page.getByText('proxy_set_header Host').count()).toBe(1)
      await look('redirect-loop')
    })
    await proxy.close()
    await server.close()
  })

  test('http to a port of https arrives at https', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'grantwise-plain-'))
    const { tls_cert, tls_key } = writeCertificate(directory)
    const server = await startServer({ config: { tls_cert, tls_key } })
    await createVisits(browser, () => server.issuer)({ ignoreHTTPSErrors: true }, async ({ page }) => {
      await page.goto(authorizeUrl(server.issuer.replace('https:', 'http:')))
      expect(page.url()).toBe(authorizeUrl(server.issuer))
      await page.getByRole('heading', { name: 'Sign in to Web app' }).waitFor()
    })
    await server.close()
    rmSync(directory, { recursive: true, force: true })
  })
})

/** A page whose button posts a request there, as OIDC Core §3.1.2.1 lets an app do. */
async function startApp(action: string) {
  const form = `<form method="post" action="${action}"><input type="hidden" name="client_id" value="web"><button>Go</button></form>`
  const server = createServer((_request, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<!doctype html><link rel="icon" href="data:,">${form}`)
  })
  return { origin: `http://127.0.0.1:${await listen(server)}`, close: () => close(server) }
}

/** A proxy that asks for everything under the name of what is behind it, as many do unless told otherwise. */
async function startProxy(behind: () => string) {
  const server = createServer((incoming, outgoing) => {
    const { host, hostname, port } = new URL(behind())
    const { url: path, method, headers } = incoming
    const onward = request({ hostname, port, path, method, headers: { ...headers, host }, agent: false }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  return { issuer: `http://localhost:${await listen(server)}`, close: () => close(server) }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
}
