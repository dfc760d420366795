import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { authorizeUrl, type Browser, openBrowser, signIn } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { send } from '../support/raw.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { clientCredentials, obtainTokens } from '../support/token.ts'
import { password, password_hash, world } from '../support/world.ts'

const people = { ...world, users: [...world.users, { login: 'root', password_hash, roles: ['admin'] }] }

async function signedIn(issuer: string, login: string): Promise<Browser> {
  const browser = openBrowser()
  await signIn(browser, await browser.get(authorizeUrl(issuer)), login)
  return browser
}

const cookieOf = ({ cookies }: Browser) => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')

interface Asked {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly headers: Headers
}

async function ask(url: string, headers: Record<string, string> = {}): Promise<Asked> {
  const response = await send(url, { headers: { host: new URL(url).host, ...headers } })
  return { status: response.status, body: JSON.parse(await response.text()), headers: response.headers }
}

describe('in production', () => {
  let server: TestServer
  let url: string
  let admin: string

  beforeAll(async () => {
    server = await startServer({ document: people })
    url = `${server.issuer}/api/journeys`
    admin = cookieOf(await signedIn(server.issuer, 'root'))
    await obtainTokens(server.issuer)
    await clientCredentials(server.issuer)
  })
  afterAll(() => server.close())

  test('an administrator reads the list and each journey, and nobody keeps the answer', async () => {
    const { status, body, headers } = await ask(url, { cookie: admin })
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('access-control-allow-origin')).toBeNull()
    const [newest, before] = body['journeys'] as { id: string; client_id: string; login?: string }[]
    expect(newest).toMatchObject({ client_id: 'job', kind: 'back-channel', outcome: { kind: 'granted' } })
    expect(before).toMatchObject({ client_id: 'web', login: 'alice' })
    const one = await ask(`${url}/${before?.id}`, { cookie: admin })
    expect(one.body).toMatchObject({ id: before?.id, steps: expect.any(Array) })
    const missing = await ask(`${url}/00000000000000000000`, { cookie: admin })
    expect(missing).toMatchObject({ status: 404, body: { error_uri: expect.stringMatching(/journey-unknown$/) } })
  })

  test('page by page', async () => {
    const { body: first } = await ask(`${url}?limit=1`, { cookie: admin })
    expect(first['journeys']).toHaveLength(1)
    const { body: second } = await ask(`${url}?limit=1&after=${first['next']}`, { cookie: admin })
    expect(second['journeys']).toHaveLength(1)
    expect(second['journeys']).not.toEqual(first['journeys'])
    const { body: all } = await ask(`${url}?limit=9999`, { cookie: admin })
    expect(all['next']).toBeNull()
  })

  test.each([
    ['somebody who is not signed in', {}, 401, 'admin-not-signed-in'],
    ['a program with a made-up cookie', { cookie: 'grantwise-session=x' }, 401, 'admin-not-signed-in'],
  ])('not %s', async (_, headers, status, reason) => {
    for (const path of [url, `${url}/x`]) {
      expect(await ask(path, headers)).toMatchObject({ status, body: { error_uri: expect.stringContaining(reason) } })
    }
  })

  test('not somebody who is no administrator, nor one whose role or account is gone', async () => {
    const alice = cookieOf(await signedIn(server.issuer, 'alice'))
    expect(await ask(url, { cookie: alice })).toMatchObject({
      status: 403,
      body: { error_uri: expect.stringContaining('admin-role-missing') },
    })
    await server.apply({ users: [{ login: 'mallory', password, roles: ['admin'] }] })
    const mallory = cookieOf(await signedIn(server.issuer, 'mallory'))
    expect((await ask(url, { cookie: mallory })).status).toBe(200)
    await server.apply({ users: [{ login: 'mallory', disabled: true }] })
    expect((await ask(url, { cookie: mallory })).status).toBe(401)
  })

  test.each([
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['a page of another site, as its browser says', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another port of the same host', { 'sec-fetch-site': 'same-site' }],
    ['a name that was rebound to this address', { host: 'evil.example' }],
    ['the same name at another port', { host: '127.0.0.1:1' }],
    ['another name of this machine', { host: 'localhost' }],
  ])("not %s, with the administrator's cookie", async (_, headers: Record<string, string>) => {
    expect(await ask(url, { cookie: admin, ...headers })).toMatchObject({
      status: 403,
      body: { error_uri: expect.stringContaining('asked-from-elsewhere') },
    })
  })

  test('our own page with its session', async () => {
    const own = { cookie: admin, origin: server.issuer, 'sec-fetch-site': 'same-origin' }
    expect((await ask(url, own)).status).toBe(200)
  })

  test('only by GET', async () => {
    expect((await send(url, { method: 'POST', headers: { host: new URL(url).host, cookie: admin } })).status).toBe(405)
  })
})

describe('with --dev', () => {
  let server: TestServer
  let url: string

  beforeAll(async () => {
    server = await startServer({ document: people, config: { dev: true } })
    url = `${server.issuer}/api/journeys`
    await clientCredentials(server.issuer)
  })
  afterAll(() => server.close())

  test('a browser on this machine reads them without signing in', async () => {
    expect((await ask(url)).status).toBe(200)
    expect((await ask(url, { 'sec-fetch-site': 'none' })).status).toBe(200)
    expect((await ask(url, { 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })

  test.each([
    ['a page of another origin', { origin: 'https://evil.example' }, 403],
    ['a page of another origin that is asked by a script', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a name that was rebound to this address', { host: 'evil.example' }, 403],
    ['a rebound name at the right port', { host: 'evil.example:4000' }, 403],
    ['a request that names our own origin, but no session', { origin: 'own' }, 401],
    ['a proxy on this machine', { 'x-forwarded-for': '203.0.113.9' }, 401],
    ['a proxy that says so in the standard way', { forwarded: 'for=203.0.113.9' }, 401],
    ['a proxy that only names itself', { via: '1.1 proxy' }, 401],
  ])('not %s', async (_, headers: Record<string, string>, status) => {
    const sent = headers['origin'] === 'own' ? { origin: server.issuer } : headers
    expect((await ask(url, sent)).status).toBe(status)
  })
})

test('with --dev, another machine signs in like anybody', async () => {
  const address = Object.values(networkInterfaces())
    .flatMap(it => it ?? [])
    .find(it => it.family === 'IPv4' && !it.internal)?.address
  if (address === undefined) return
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const server = await startServer({ document: people, config: { dev: true, host: '0.0.0.0', port, issuer } })
  onTestFinished(() => server.close())
  const host = new URL(issuer).host
  expect((await send(`http://127.0.0.1:${port}/api/journeys`, { headers: { host } })).status).toBe(200)
  const remote = await send(`http://${address}:${port}/api/journeys`, { headers: { host } })
  expect(remote.status).toBe(401)
})

test('with --dev behind a public name, nobody is at this machine', async () => {
  const issuer = 'https://id.example.com'
  const server = await startServer({ document: people, config: { dev: true, issuer } })
  onTestFinished(() => server.close())
  const answer = await send(`${server.url}/api/journeys`, { headers: { host: 'id.example.com' } })
  expect(answer.status).toBe(401)
})
