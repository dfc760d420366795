import { mkdtempSync, rmSync } from 'node:fs'
import { request as requestTls } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { writeCertificate } from '../support/certificate.ts'
import { send, through } from '../support/raw.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { jobSecret } from './support.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }

describe('a page on the wrong host', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server?.close())

  test.each(['/sign-in', '/consent', '/authorize', '/logout', '/select-account'])(
    'RFC 9110 §15.5.20: a form posted to %s there is 421, is not read, and is told where to go',
    async path => {
      const body = 'login=alice&password=correct+horse+battery+staple&client_id=web'
      const headers = { ...form, host: 'other.example:4000' }
      const answer = await send(server.issuer + path, { method: 'POST', headers, body })
      const html = await answer.text()
      expect(answer.status).toBe(421)
      expect(html).toContain('<h1>This server goes by another name</h1>')
      expect(html).toContain('other.example:4000')
      expect(html).toContain('What was sent here was not used.')
      expect(html).toContain(`<a href="${server.issuer}">`)
      expect(html).not.toContain('battery')
      expect(answer.headers.get('location')).toBeNull()
      expect(answer.headers.getSetCookie()).toEqual([])
      expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(answer.headers.get('cache-control')).toBe('no-store')
    },
  )

  test('a Host that is markup is text', async () => {
    const headers = { ...form, host: '<script>alert(1)</script>' }
    const answer = await send(`${server.issuer}/sign-in`, { method: 'POST', headers, body: 'a=b' })
    expect(await answer.text()).not.toContain('<script')
  })

  test('a redirect that leads back is explained, where a browser would give up', async () => {
    const url = authorizeUrl(server.issuer, { state: 'secret-state' })
    const headers = { host: 'upstream:4000', accept: 'text/html' }
    const statuses: number[] = []
    for (let times = 0; times < 4; times += 1) statuses.push((await send(url, { headers })).status)
    expect(statuses).toEqual([307, 307, 307, 307])
    const answer = await send(url, { headers })
    const html = await answer.text()
    expect(answer.status).toBe(421)
    expect(html).toContain('proxy_set_header Host $http_host')
    expect(html).toContain(`>${server.issuer}/authorize</a>`)
    expect(html).toContain(`href="${url.replaceAll('&', '&amp;')}"`)
    // Another page, another host, or the same a little later, is sent on.
    expect((await send(`${server.issuer}/`, { headers })).status).toBe(307)
    expect((await send(url, { headers: { host: 'another:4000' } })).status).toBe(307)
    server.clock.pass(11)
    expect((await send(url, { headers })).status).toBe(307)
  })

  test('the page shows itself there: its stylesheet comes under any name', async () => {
    const headers = { ...form, host: 'other.example' }
    const html = await (await send(`${server.issuer}/sign-in`, { method: 'POST', headers, body: 'a=b' })).text()
    const [, stylesheet = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(html) ?? []
    const answer = await send(server.issuer + stylesheet, { headers: { host: 'other.example' } })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8'])
  })

  test('what programs ask is answered under any name', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', host: 'upstream:4000' }
    expect((await send(`${server.issuer}/token`, { method: 'POST', headers, body: 'a=b' })).status).toBe(400)
    expect((await send(`${server.issuer}/.well-known/jwks.json`, { headers })).status).toBe(200)
  })
})

describe('an https issuer behind a proxy', () => {
  const issuer = 'https://id.example.com'
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ config: { issuer, trust_proxy: ['127.0.0.1'] } })
  })
  afterAll(() => server?.close())
  const through443 = (added: Record<string, string>) => openBrowser(through(server.url, added))

  test('a page that was asked for over http is at https', async () => {
    const page = await through443({ 'x-forwarded-proto': 'http' }).get(authorizeUrl(issuer))
    expect([page.status, page.headers.get('location')]).toEqual([307, authorizeUrl(issuer)])
  })

  test.each(['https', 'HTTPS', 'https, http', 'http, https', ''])('X-Forwarded-Proto %j is answered', async proto => {
    const page = await through443({ 'x-forwarded-proto': proto }).get(authorizeUrl(issuer))
    expect([page.status, page.title]).toEqual([200, expect.stringContaining('Sign in')])
  })

  test('a form posted over http is not read, and the page says why', async () => {
    const page = await through443({ 'x-forwarded-proto': 'http' }).post(`${issuer}/sign-in`, { password: 'hunter22' })
    expect(page.status).toBe(421)
    expect(page.html).toContain('<h1>This page needs https</h1>')
    expect(page.html).toContain('X-Forwarded-Proto')
  })

  test('a proxy that always says http is explained, not run around in', async () => {
    const browser = through443({ 'x-forwarded-proto': 'http' })
    const statuses: number[] = []
    for (let times = 0; times < 5; times += 1) statuses.push((await browser.get(`${issuer}/logout`)).status)
    expect(statuses).toEqual([307, 307, 307, 307, 421])
  })

  test('the host that a trusted proxy was asked for is the one that counts', async () => {
    const headers = { host: 'upstream:4000', 'x-forwarded-host': 'id.example.com' }
    expect((await send(`${server.url}/`, { headers })).status).toBe(200)
    const other = { host: 'id.example.com', 'x-forwarded-host': 'other.example' }
    expect((await send(`${server.url}/`, { headers: other })).headers.get('location')).toBe(`${issuer}/`)
  })

  test('DESIGN §5 rule 4: without --trust-proxy, forwarded headers count for nothing', async () => {
    const alone = await startServer({ config: { issuer } })
    const plain = { host: 'id.example.com', 'x-forwarded-proto': 'http' }
    expect((await send(`${alone.url}/`, { headers: plain })).status).toBe(200)
    const named = { host: 'upstream:4000', 'x-forwarded-host': 'id.example.com' }
    expect((await send(`${alone.url}/`, { headers: named })).status).toBe(307)
    await alone.close()
  })
})

describe('http to a port of https', () => {
  const directory = mkdtempSync(join(tmpdir(), 'grantwise-plain-'))
  const certificate = writeCertificate(directory)
  let server: TestServer
  let plain: string
  beforeAll(async () => {
    const { tls_cert, tls_key } = certificate
    server = await startServer({ config: { dev: true, tls_cert, tls_key } })
    plain = server.issuer.replace('https:', 'http:')
  })
  afterAll(async () => {
    await server?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('a page is at https, and a person without redirects can read so', async () => {
    const answer = await send(authorizeUrl(plain))
    expect(answer.status).toBe(307)
    expect(answer.headers.get('location')).toBe(authorizeUrl(server.issuer))
    expect(await answer.text()).toBe(`This port speaks https: ${authorizeUrl(server.issuer)}\n`)
    const head = await send(`${plain}/`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([307, ''])
  })

  test.each(['//evil.example/', '/\\evil.example', 'http://evil.example/', '*'])(
    '%s leads nowhere else',
    async path => {
      const answer = await send(plain, { path, headers: { host: 'evil.example' } })
      const location = answer.headers.get('location')
      if (location !== null) expect(new URL(location).origin).toBe(server.issuer)
      else expect(answer.status).toBe(400)
    },
  )

  test('what is posted is not read, and who sent a secret is told so', async () => {
    const answer = await send(`${plain}/token`, { method: 'POST', body: `client_secret=${jobSecret}` })
    const text = await answer.text()
    expect(answer.status).toBe(400)
    expect(text).toContain(`Send it to ${server.issuer}`)
    expect(text).toContain('change any password or secret')
    expect(text).not.toContain(jobSecret)
  })

  test('a body that is still coming does not lose the answer to a reset', async () => {
    const answer = await send(`${plain}/token`, { method: 'POST', body: 'x'.repeat(300_000) })
    expect(answer.status).toBe(400)
  })

  test.each(['NONSENSE\r\n\r\n', 'GET / HTTP/2.0\r\n\r\n', '\0\0\0\0', '\x80\x2e\x01'])(
    '%j is hung up on',
    async text => {
      expect(await speak(text)).toBe('')
    },
  )

  test('TLS goes on as it was, side by side', async () => {
    const [overTls] = await Promise.all([get('/healthz'), send(plain), speak('x'), get('/healthz')])
    expect(overTls).toEqual([200, '{"status":"ok"}'])
  })

  test('whoever says nothing keeps nobody waiting, and goes with the server', async () => {
    const { port } = new URL(server.issuer)
    const silent = connect(Number(port), '127.0.0.1')
    await new Promise(resolve => silent.once('connect', resolve))
    expect(await get('/healthz')).toEqual([200, '{"status":"ok"}'])
    silent.destroy()
  })

  test('the demo API reads its keys whatever the certificate', async () => {
    const [status, body] = await get('/demo/api/v1/albums?limit=1', {
      authorization: `Bearer ${await tokenOverTls()}`,
    })
    expect([status, JSON.parse(body)]).toMatchObject([200, { total: 42 }])
  })

  async function tokenOverTls(): Promise<string> {
    const headers = {
      authorization: `Basic ${btoa(`demo-job:${jobSecret}`)}`,
      'content-type': 'application/x-www-form-urlencoded',
    }
    const [, body] = await get('/token', headers, 'grant_type=client_credentials')
    return JSON.parse(body).access_token
  }

  function get(path: string, headers: Record<string, string> = {}, body?: string): Promise<[number, string]> {
    return new Promise((resolve, reject) => {
      const url = new URL(path, server.issuer)
      const method = body === undefined ? 'GET' : 'POST'
      const outgoing = requestTls(url, { ca: certificate.pem, headers, method, agent: false }, answer => {
        let text = ''
        answer.on('data', chunk => {
          text += chunk
        })
        answer.on('end', () => resolve([answer.statusCode ?? 0, text]))
      })
      outgoing.on('error', reject).end(body)
    })
  }

  function speak(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.issuer)
      let heard = ''
      const socket = connect(Number(port), hostname, () => socket.write(text, 'latin1'))
      socket.on('data', chunk => {
        heard += chunk
      })
      socket.on('error', reject).on('close', () => resolve(heard))
    })
  }
})
