import { once } from 'node:events'
import { request } from 'node:http'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { startExample } from '../support/example.ts'
import { freePort } from '../support/free-port.ts'
import { passwordClient, withRetired } from '../support/retired-clients.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { createVisits } from '../support/visit.ts'
import { password, secret, world } from '../support/world.ts'

let server: TestServer
let proxied: TestServer
let chromium: Browser
beforeAll(async () => {
  const start = (trust_proxy: string[]) =>
    startServer({ document: withRetired(world), config: { allow: ['password'], log_level: 'trace', trust_proxy } })
  ;[server, proxied, chromium] = await Promise.all([start([]), start(['127.0.0.1']), launchChromium()])
})
afterAll(async () => {
  await chromium?.close()
  await server?.close()
  await proxied?.close()
})

/** Starts the app; where it is. */
async function startApp({ issuer }: TestServer, CLIENT_SECRET = secret): Promise<string> {
  const port = await freePort()
  const app = startExample('password-client.ts', {
    ISSUER: issuer,
    CLIENT_ID: passwordClient.client_id,
    CLIENT_SECRET,
    PORT: String(port),
  })
  await app.said(/The app is at/)
  return `http://127.0.0.1:${port}`
}

test('A21: a form of the app’s own goes to its server, and from there on; the browser never meets the authorization server', async () => {
  const origin = await startApp(server)
  await createVisits(chromium, () => server.issuer)({}, async ({ page, context }) => {
    const asked: string[] = []
    context.on('request', it => asked.push(it.url()))
    const answers: Promise<string>[] = []
    context.on('response', it => answers.push(it.text().catch(() => '')))
    await page.goto(origin)
    await page.getByLabel('Name').fill('alice')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Signed in as Alice' }).waitFor()
    expect(asked.filter(it => new URL(it).pathname === '/sign-in')).toEqual([`${origin}/sign-in`])
    expect(asked.filter(it => it.startsWith(server.issuer))).toEqual([])
    expect((await Promise.all(answers)).join()).not.toMatch(/eyJ|access_token/)
  })
  expect(server.log.join('\n')).not.toContain(password)
})

/** Posts a wrong password to the app from another address of this machine; the address that the server then logs. */
async function guessAt(authorization: TestServer, secretOfClient = secret): Promise<unknown> {
  const origin = await startApp(authorization, secretOfClient)
  const headers = { origin, 'content-type': 'application/x-www-form-urlencoded' }
  const post = request(`${origin}/sign-in`, { method: 'POST', headers, localAddress: '127.0.0.9' })
  post.end(new URLSearchParams({ username: 'bob', password: 'a wrong guess' }).toString())
  const [response] = await once(post, 'response')
  response.resume()
  await once(response, 'end')
  const line = authorization.log.map(it => JSON.parse(it)).findLast(it => it.reason === 'password-refused')
  return line?.address
}

test('A21: whose address counts is the visitor’s behind a trusted proxy, and the app’s own anywhere else', async () => {
  expect(await guessAt(server)).toBe('127.0.0.1')
  expect(await guessAt(proxied)).toBe('127.0.0.9')
})

test('A21: an app that does not prove itself gets no password looked at', async () => {
  const before = proxied.log.filter(it => it.includes('password-refused')).length
  await guessAt(proxied, 'not-the-secret-but-of-32-characters')
  expect(proxied.log.filter(it => it.includes('password-refused'))).toHaveLength(before)
  expect(proxied.log.map(it => JSON.parse(it)).some(it => it.reason === 'client-secret-wrong')).toBe(true)
})
