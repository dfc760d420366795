import { beforeEach, describe, expect, test } from 'vitest'
import { authorizeUrl, openBrowser, signIn } from '../support/browser.ts'
import { send, speak } from '../support/raw.ts'
import { startServer, type TestServer, type TestServerOptions } from '../support/server.ts'
import { basic, clientCredentials, obtainTokens, post } from '../support/token.ts'
import { secret } from '../support/world.ts'

let server: TestServer
const open = async (config: NonNullable<TestServerOptions['config']>) => {
  server = await startServer({ config })
}
beforeEach(() => () => server.close())

const lines = (msg?: string) =>
  server.log
    .map(line => JSON.parse(line) as Record<string, unknown>)
    .filter(line => msg === undefined || line['msg'] === msg)

describe('at the level info', () => {
  test('an ordinary day leaves no line', async () => {
    await open({ log_level: 'info' })
    await obtainTokens(server.issuer)
    await clientCredentials(server.issuer)
    expect(server.log).toEqual([])
  })

  test('a refusal is one line: its exact reason, where and from where, and the reference that people see', async () => {
    await open({ log_level: 'info' })
    const { headers } = await clientCredentials(server.issuer, {}, basic('job', 'x'.repeat(32)))
    expect(lines()).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        reference: headers.get('x-request-id'),
        endpoint: '/token',
        address: '127.0.0.1',
        reason: 'client-secret-wrong',
        sentence: expect.any(String),
        detail: expect.any(Object),
        msg: 'refused',
      },
    ])
    const page = await openBrowser().get(authorizeUrl(server.issuer, { redirect_uri: 'https://evil.example/' }))
    const { reference } = lines().at(-1) ?? {}
    expect(page.html).toContain(reference)
    expect(page.headers.get('x-request-id')).toBe(reference)
  })

  test('each line has each field once', async () => {
    await open({ log_level: 'debug' })
    await clientCredentials(server.issuer, {}, basic('job', 'x'.repeat(32)))
    await expect.poll(() => server.log.length).toBe(2)
    for (const line of server.log) {
      const names = [...line.matchAll(/"([\w.]+)":/g)].map(([, name]) => name)
      expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
    }
  })
})

describe('at the level debug', () => {
  test('each answer is a line: what was asked for, what came of it, by which client; no word of what was sent', async () => {
    await open({ log_level: 'debug' })
    const { body, headers } = await clientCredentials(server.issuer, { scope: 'catalog:read' })
    await expect
      .poll(() => lines('answered'))
      .toEqual([
        {
          level: 20,
          time: expect.any(Number),
          reference: headers.get('x-request-id'),
          endpoint: '/token',
          address: '127.0.0.1',
          method: 'POST',
          status: 200,
          ms: expect.any(Number),
          client_id: 'job',
          msg: 'answered',
        },
      ])
    const browser = openBrowser()
    await signIn(browser, await browser.get(`${authorizeUrl(server.issuer)}&login_hint=hunter2`), 'alice', 'hunter2')
    await post(`${server.issuer}/token`, { client_id: secret, client_secret: 'web' })
    await fetch(`${server.issuer}/hunter2?hunter2=hunter2`)
    await expect.poll(() => lines('answered').length).toBe(5)
    const all = server.log.join('')
    for (const hidden of ['hunter2', secret, String(body['access_token'])]) expect(all).not.toContain(hidden)
    expect(lines('answered').map(({ endpoint, client_id }) => [endpoint, client_id])).toEqual([
      ['/token', 'job'],
      ['/authorize', 'web'],
      ['/sign-in', undefined],
      ['/token', undefined],
      ['unknown', undefined],
    ])
  })
})

describe('X-Request-Id', () => {
  const from = (sent: string) =>
    send(`${server.issuer}/userinfo`, { headers: { 'x-request-id': sent, 'x-forwarded-for': '203.0.113.9' } })

  test('of a trusted proxy stands beside our own, which is what goes back', async () => {
    await open({ log_level: 'info', trust_proxy: ['127.0.0.1'] })
    const response = await from('4f1c-edge:7/AB=')
    expect(lines()).toMatchObject([{ proxy_request_id: '4f1c-edge:7/AB=', address: '203.0.113.9' }])
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-v]{20}$/)
    expect(response.headers.get('x-request-id')).toBe(lines()[0]?.['reference'])
  })

  test.each(['', 'a b', 'x'.repeat(129), '{"a":1}', 'ä', 'a\tb'])('that is no id (%j) is left out', async sent => {
    await open({ log_level: 'info', trust_proxy: ['127.0.0.1'] })
    await from(Buffer.from(sent).toString('latin1'))
    expect(lines()).toHaveLength(1)
    expect(lines()[0]).not.toHaveProperty('proxy_request_id')
  })

  test('of a stranger is not heard', async () => {
    await open({ log_level: 'info' })
    await from('4f1c')
    expect(lines()[0]).not.toHaveProperty('proxy_request_id')
    await server.close()
    await open({ log_level: 'info', trust_proxy: ['192.0.2.1'] })
    await from('4f1c')
    expect(lines()[0]).not.toHaveProperty('proxy_request_id')
    expect(lines()[0]).toMatchObject({ address: '127.0.0.1' })
  })

  test('stands on every answer, and is another each time', async () => {
    await open({})
    const ids = await Promise.all(
      ['/', '/token', '/healthz', '/nothing', '/.well-known/jwks.json', '/authorize', '/a%ff'].map(async path => {
        return (await fetch(server.issuer + path, { redirect: 'manual' })).headers.get('x-request-id')
      }),
    )
    for (const id of ids) expect(id).toMatch(/^[0-9a-v]{20}$/)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

test('what is no request at all is a line of its own', async () => {
  await open({ log_level: 'info' })
  await speak(server.issuer, 'GARBAGE\r\n\r\n')
  expect(lines()).toMatchObject([{ reason: 'request-unreadable', reference: expect.stringMatching(/^[0-9a-v]{20}$/) }])
})
