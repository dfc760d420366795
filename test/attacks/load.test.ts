import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { openFilesLimit } from '../../src/http/open-files.ts'
import { openBrowser } from '../support/browser.ts'
import { writeCertificate } from '../support/certificate.ts'
import { fieldsOf } from '../support/form.ts'
import { startServer, type TestServer, type TestServerOptions } from '../support/server.ts'
import { clientCredentials } from '../support/token.ts'

let server: TestServer | undefined
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server?.close()
  server = undefined
})

async function start(options: TestServerOptions = {}): Promise<string> {
  server = await startServer(options)
  return server.issuer
}

/** A connection that says this and no more. */
async function hold(issuer: string, said = ''): Promise<Socket> {
  const socket = connect(Number(new URL(issuer).port), '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => {})
  await once(socket, 'connect')
  if (said !== '') socket.write(said)
  return socket
}

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`
const last = (path: string) => get(path, 'connection: close\r\n')

function post(path: string, body: string, more = ''): string {
  const form = 'content-type: application/x-www-form-urlencoded'
  return `POST ${path} HTTP/1.1\r\nhost: x\r\n${form}\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`
}

/** The statuses of the answers to requests that were sent at once, over one connection. */
async function statusesOf(issuer: string, requests: readonly string[]): Promise<readonly string[]> {
  const sent = requests.join('').replaceAll('host: x', hostOf(issuer))
  return statusesUntil(await hold(issuer, sent), requests.length)
}

const hostOf = (issuer: string) => `host: ${new URL(issuer).host}`
/** Everybody waits in line, and has waited too long at once: as if all work took for ever. */
const impatient = { slice: 0, wait: -1 }

const count = (statuses: readonly string[], status: string) => statuses.filter(it => it === status).length

describe('more than can be carried', () => {
  test('is answered 503 with Retry-After: as RFC 6749 §5.2 writes errors for programs, with a page for people', async () => {
    const issuer = await start({ limits: { inFlight: 0 } })
    const { status, headers, body } = await clientCredentials(issuer)
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('1')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toEqual({
      error: 'temporarily_unavailable',
      error_description: 'the server is busy; try again in a moment',
      error_uri: `${issuer}/errors/server-busy`,
    })
    const page = await openBrowser().get(`${issuer}/account`)
    expect([page.status, page.title, page.headers.get('retry-after')]).toEqual([
      503,
      'This server is busy - Grantwise',
      '1',
    ])
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('says so to apps in browsers where these may read answers, and has an id like every answer', async () => {
    const issuer = await start({ limits: { inFlight: 0 } })
    const ask = (path: string, method = 'POST') =>
      fetch(issuer + path, { method, headers: { origin: 'https://app.example', ...form } })
    const readable = ({ headers }: Response) => [
      headers.get('access-control-allow-origin'),
      headers.get('access-control-expose-headers'),
      headers.get('access-control-allow-credentials'),
    ]
    const answers = [await ask('/token'), await ask('/userinfo'), await ask('/.well-known/jwks.json', 'GET')]
    for (const answer of answers) {
      expect([answer.status, ...readable(answer)]).toEqual([503, '*', 'Retry-After, X-Request-Id', null])
    }
    const closed = [await ask('/introspect'), await ask('/sign-in'), await ask('/errors/page-foreign', 'GET')]
    for (const answer of closed) expect([answer.status, ...readable(answer)]).toEqual([503, null, null, null])
    const ids = [...answers, ...closed].map(({ headers }) => headers.get('x-request-id'))
    expect(ids.filter(id => /^[0-9a-v]{20}$/.test(id ?? ''))).toHaveLength(6)
    expect(new Set(ids).size).toBe(6)
  })

  test('leaves /healthz and /readyz answered', async () => {
    const issuer = await start({ limits: { inFlight: 0 } })
    expect((await fetch(`${issuer}/healthz`)).status).toBe(200)
    expect((await fetch(`${issuer}/readyz`)).status).toBe(200)
  })

  test('is refused before it is read', async () => {
    const issuer = await start({ limits: { inFlight: 0 }, config: { log_level: 'info' } })
    const socket = await hold(issuer, post('/token', '').replace('content-length: 0', 'content-length: 99'))
    const [answer] = await once(socket.setEncoding('utf8'), 'data')
    expect(answer).toMatch(/^HTTP\/1\.1 503 /)
  })

  test('is told to the log once, not once a request', async () => {
    const issuer = await start({ limits: { inFlight: 0 }, config: { log_level: 'info' } })
    for (let at = 0; at < 5; at++) await clientCredentials(issuer)
    expect(server?.log.map(line => JSON.parse(line)).filter(({ msg }) => msg === 'overloaded')).toHaveLength(1)
  })

  test('is who comes behind those that have waited too long; once they are answered, all are served again', async () => {
    const issuer = await start({ limits: impatient })
    const flood = Array.from({ length: 200 }, () => get('/errors'))
    const statuses = await statusesOf(issuer, [...flood, last('/errors')])
    expect([count(statuses, '200'), count(statuses, '503')]).toEqual([64, 137])
    expect((await fetch(`${issuer}/errors`)).status).toBe(200)
  })

  test('of one path leaves another path its share', async () => {
    const issuer = await start({ limits: impatient })
    const flood = Array.from({ length: 200 }, () => post('/token', 'a=b'))
    const statuses = await statusesOf(issuer, [...flood, get('/sign-in'), last('/.well-known/jwks.json')])
    expect(count(statuses, '503')).toBeGreaterThan(100)
    expect(statuses.slice(-2)).toEqual(['200', '200'])
  })

  test('is what comes while as many requests as may be are being answered', async () => {
    const issuer = await start({ limits: { inFlight: 10 } })
    const signIn = await signInsOf(issuer)
    // One password is checked after the other: those of the sign-ins wait behind these.
    const before = Array.from({ length: 40 }, () => server?.data.passwords.verify(undefined, 'x'))
    const signIns = await hold(issuer, Array.from({ length: 20 }, (_, at) => signIn(at)).join(''))
    const answered = once(signIns, 'data').then(() => 'answered' as const)
    const statuses: (number | 'answered')[] = []
    while (!statuses.includes(503) && !statuses.includes('answered')) {
      statuses.push(await Promise.race([answered, fetch(`${issuer}/sign-in`).then(({ status }) => status)]))
    }
    expect(statuses.at(-1)).toBe(503)
    expect((await fetch(`${issuer}/errors`)).status).toBe(200)
    await Promise.all([...before, answered])
  })

  test('is a sign-in while as many passwords wait as may: refused unread, and the page can still be seen', async () => {
    const issuer = await start()
    const signIn = await signInsOf(issuer)
    let over = false
    const again = async (): Promise<void> => {
      while (!over) await server?.data.passwords.verify(undefined, 'x')
    }
    const queue = Array.from({ length: 64 }, again)
    const socket = await hold(issuer, signIn(0).slice(0, -1))
    const [answer] = await once(socket.setEncoding('utf8'), 'data')
    expect(answer).toMatch(/^HTTP\/1\.1 503 [\s\S]*retry-after: 2\r\n[\s\S]*This server is busy/)
    expect((await fetch(`${issuer}/sign-in`)).status).toBe(200)
    over = true
    await Promise.all(queue)
  })
})

/** Sign-ins that fail, of a browser that has the form before it. */
async function signInsOf(issuer: string): Promise<(at: number) => string> {
  const browser = openBrowser()
  const hidden = fieldsOf((await browser.get(`${issuer}/sign-in`)).html)
  const cookie = `accept: text/html\r\ncookie: ${[...browser.cookies].map(pair => pair.join('=')).join('; ')}\r\n`
  return at => {
    const fields = new URLSearchParams({ ...hidden, login: `nobody-${at}`, password: 'wrong' })
    return post('/sign-in', fields.toString(), cookie).replace('host: x', hostOf(issuer))
  }
}

describe('a request that is too large', () => {
  test('in its head is 431, and the connection ends', async () => {
    const issuer = await start()
    const answer = await text(await hold(issuer, get('/', `x-padding: ${'x'.repeat(16_384)}\r\n`)))
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
    expect(answer).toContain('"error":"invalid_request"')
  })

  test('in its body is 413 at 100 kB and a byte, said or not said beforehand', async () => {
    const issuer = await start()
    const sized = (size: number) => fetch(`${issuer}/token`, { method: 'POST', headers: form, body: 'x'.repeat(size) })
    expect((await sized(100_000)).status).toBe(400)
    expect((await sized(100_001)).status).toBe(413)
    const chunk = `${(50_000).toString(16)}\r\n${'x'.repeat(50_000)}\r\n`
    const head = `POST /token HTTP/1.1\r\nhost: x\r\ncontent-type: ${form['content-type']}\r\ntransfer-encoding: chunked`
    const socket = await hold(issuer, `${head}\r\n\r\n${chunk}${chunk}1\r\nx\r\n0\r\n\r\n`)
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 /)
  })

  test('is refused at once while as many large ones as may be are under way; small ones are not', async () => {
    const issuer = await start({ limits: { largeBodies: 2 } })
    const slow = post('/token', 'x'.repeat(20_000)).slice(0, -1)
    const held = [await hold(issuer, slow), await hold(issuer, slow)]
    const statuses: number[] = []
    // The two are under way once they were read; nobody says when that is.
    while (!statuses.includes(503)) statuses.push((await large(issuer)).status)
    expect((await large(issuer)).headers.get('retry-after')).toBe('1')
    expect((await clientCredentials(issuer)).status).toBe(200)
    for (const socket of held) socket.write('x')
    await Promise.all(held.map(socket => once(socket, 'data')))
    expect((await large(issuer)).status).toBe(400)
  })
})

const form = { 'content-type': 'application/x-www-form-urlencoded' }

function large(issuer: string): Promise<Response> {
  return fetch(`${issuer}/token`, { method: 'POST', headers: form, body: 'x'.repeat(20_000) })
}

describe('connections that are only held', () => {
  const soon = { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 20 }

  test.each([
    ['head', 'GET / HTTP/1.1\r\nhost: x\r\n'],
    ['body', post('/token', 'grant_type=x').slice(0, -1)],
  ])('a slow %s is cut off with 408', async (_, said) => {
    const issuer = await start({ limits: soon })
    const answer = await text(await hold(issuer, said))
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(answer).toContain('the request came too slowly')
  })

  test('by the thousand, silent, in the middle of a head or of a body, keep nobody from being served', async () => {
    const issuer = await start()
    const said = ['', 'POST /token HTTP/1.1\r\nhost: x\r\n', post('/token', 'grant_type=x').slice(0, -1)]
    await Promise.all(Array.from({ length: 1500 }, (_, at) => hold(issuer, said[at % 3])))
    expect((await clientCredentials(issuer)).status).toBe(200)
    expect((await fetch(`${issuer}/readyz`)).status).toBe(200)
  })

  test('beyond as many as there may be, those unused the longest are closed', async () => {
    const issuer = await start({ limits: { connections: 100 } })
    const closed = new Set<number>()
    for (let at = 0; at < 300; at++) {
      const socket = await hold(issuer, at % 2 === 0 ? '' : post('/token', 'grant_type=x').slice(0, -1))
      socket.once('close', () => closed.add(at))
      if (at % 50 === 0) expect((await send(issuer)).status).toBe(200)
    }
    expect((await send(issuer)).status).toBe(200)
    expect(closed.size).toBeGreaterThanOrEqual(200)
    expect([...closed].filter(at => at >= 250)).toEqual([])
  })

  test('and so it is within TLS and before it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'grantwise-load-test-'))
    const { pem, ...certificate } = writeCertificate(directory)
    const issuer = await start({ limits: { connections: 100 }, config: certificate })
    const port = Number(new URL(issuer).port)
    for (let at = 0; at < 300; at++) {
      if (at % 2 === 0) await hold(issuer)
      else await secured(port, pem)
      if (at % 50 === 0) expect(await statusOver(port, pem)).toBe(200)
    }
    expect(await statusOver(port, pem)).toBe(200)
    rmSync(directory, { recursive: true })
  })

  test('as many connections there may be as files, too', () => {
    expect(openFilesLimit()).toBe(Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' })))
  })

  test('a request that has arrived is answered, however many connections come after it', async () => {
    const issuer = await start({ limits: { connections: 100 } })
    const signIn = await signInsOf(issuer)
    // They take a while: passwords are checked one after the other.
    const early = await hold(issuer, Array.from({ length: 20 }, (_, at) => signIn(at)).join(''))
    const answers = statusesUntil(early, 20)
    for (let at = 0; at < 300; at++) await hold(issuer)
    expect(count(await answers, '400')).toBe(20)
  })
})

/** The statuses of the first so many answers, or of all until the connection ends. */
async function statusesUntil(socket: Socket, many: number): Promise<readonly string[]> {
  let said = ''
  const statuses = () => [...said.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status = '']) => status)
  for await (const chunk of socket.setEncoding('utf8')) {
    said += chunk
    if (statuses().length >= many) break
  }
  return statuses()
}

/** Over a connection of its own. */
function send(issuer: string): Promise<Response> {
  return fetch(`${issuer}/errors`, { headers: { connection: 'close' } })
}

async function secured(port: number, ca: string): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', ca })
  sockets.push(socket)
  socket.on('error', () => {})
  await once(socket, 'secureConnect')
  return socket
}

async function statusOver(port: number, ca: string): Promise<number> {
  const socket = await secured(port, ca)
  socket.write(last('/healthz'))
  return Number((await text(socket)).slice(9, 12))
}
