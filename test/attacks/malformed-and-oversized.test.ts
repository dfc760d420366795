import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../../src/http/routes.ts'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { send, speak } from '../support/raw.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic } from '../support/token.ts'

/** Rule 6, RFC 6819 §5.2.1.1: whatever comes, at whatever endpoint: no failure of ours, no row, no memory that stays. */

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

let server: TestServer
let rows: Record<string, number>
beforeAll(async () => {
  server = await startServer({ config: { sign_up: true } })
  rows = kept()
})
afterAll(() => server.close())

/** What strangers must not add to; the counters of guesses are a table of fixed size. */
function kept(): Record<string, number> {
  const { throttles: _, ...others } = countRows(server.data_dir)
  return others
}

/** Every address that there is, so that a new endpoint is attacked too. */
const paths = (method: 'GET' | 'POST') =>
  routes
    .filter(route => route[method])
    .flatMap(({ path, at }) => (at ? at('') : [path]))
    .map(path => path.replace(/:\w+/, 'x'))
const forms = paths('POST')
const form = { 'content-type': 'application/x-www-form-urlencoded' }

interface Body {
  readonly body: string | Uint8Array
  readonly headers?: Record<string, string>
}
const bytes = (...values: readonly number[]) => Uint8Array.from(values)
const field = (...value: readonly number[]) => Buffer.concat([Buffer.from('token='), bytes(...value)])
const deep = (times: number, open: string, close: string) => open.repeat(times) + close.repeat(times)

const bodies: Record<string, Body> = {
  empty: { body: '' },
  'one byte more than 100 kB': { body: 'a='.padEnd(100_001, 'x') },
  'one name of 90 kB': { body: `${'n'.repeat(90_000)}=1` },
  'one value of 90 kB, percent-encoded': { body: `token=${'%41'.repeat(30_000)}` },
  'ten thousand parameters': { body: Array.from({ length: 10_000 }, (_, at) => `${at.toString(36)}=1`).join('&') },
  'ten thousand of one name': { body: 'a=1&'.repeat(10_000) },
  'fifty thousand separators': { body: '&'.repeat(50_000) },
  'fifty thousand equals signs': { body: '='.repeat(50_000) },
  'names of every object': { body: '__proto__=1&constructor=2&prototype=3&toString=4&hasOwnProperty=5&valueOf=6' },
  'names in brackets': { body: `a${'[b]'.repeat(10_000)}=1&__proto__[x]=1&a[length]=4294967295` },
  'no UTF-8': { body: field(0xff, 0xfe) },
  'an overlong slash': { body: field(0xc0, 0xaf) },
  'half a character': { body: field(0xe2, 0x82) },
  'a lone surrogate': { body: field(0xed, 0xa0, 0x80) },
  'beyond Unicode': { body: field(0xf5, 0x80, 0x80, 0x80) },
  'a byte order mark': { body: Buffer.concat([bytes(0xef, 0xbb, 0xbf), Buffer.from('token=x')]) },
  'UTF-16': { body: Buffer.from('token=x', 'utf16le') },
  NULs: { body: Buffer.alloc(50_000) },
  'a NUL in each field': { body: 'client_id=web%00&token=%00&grant_type=%00&login=%00&parked=%00&form=%00' },
  'percent-encoded no UTF-8': { body: 'token=%ff%fe' },
  'percent-encoded overlong': { body: 'token=%c0%af' },
  'a percent sign': { body: 'token=%' },
  'percent and no digits': { body: 'token=%zz' },
  'percent in Unicode': { body: 'token=%u0041' },
  'line ends': { body: 'token=a%0d%0aset-cookie:%20x=y&state=%0d%0alocation:%20https://evil.example' },
  'characters that turn around': { body: `token=${encodeURIComponent('\u202e\u2066\ufeff\u0000\u2028')}` },
  'JSON, a hundred thousand deep': { body: deep(49_000, '[', ']'), headers: { 'content-type': 'application/json' } },
  'JSON objects, twenty thousand deep': {
    body: deep(14_000, '{"a":', '}'),
    headers: { 'content-type': 'application/json' },
  },
  'JSON of every object': {
    body: '{"__proto__":{"x":1},"constructor":{"prototype":{"y":1}},"answers":{"__proto__":1},"policy":"__proto__"}',
    headers: { 'content-type': 'application/json' },
  },
  'JSON that is none': { body: '{"a":', headers: { 'content-type': 'application/json' } },
  'JSON of no UTF-8': { body: bytes(0x22, 0xff, 0x22), headers: { 'content-type': 'application/json' } },
  'XML that names a file': {
    body: '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    headers: { 'content-type': 'application/xml' },
  },
  'a form in parts': {
    body: '--x\r\nContent-Disposition: form-data; name="token"; filename="../../x"\r\n\r\nx\r\n--x--',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
  },
  'a form in parts without a boundary': { body: 'x', headers: { 'content-type': 'multipart/form-data' } },
  compressed: { body: gzipSync('token=x'), headers: { 'content-encoding': 'gzip' } },
  'a hundred megabytes, compressed': {
    body: gzipSync(Buffer.alloc(10_000_000)),
    headers: { 'content-encoding': 'gzip' },
  },
  'a charset that there is not': {
    body: 'token=x',
    headers: { 'content-type': `${form['content-type']}; charset=utf-7` },
  },
  'a type that is none': { body: 'token=x', headers: { 'content-type': 'x' } },
  'a type of 10 kB': { body: 'token=x', headers: { 'content-type': `text/${'x'.repeat(10_000)}` } },
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Posts to an address, over a connection that others may use after it. */
async function offer(path: string, { body, headers = {} }: Body): Promise<readonly [string, Answer]> {
  const init = {
    method: 'POST',
    headers: { ...form, ...headers },
    body: Buffer.from(body),
    redirect: 'manual' as const,
  }
  const answer = await fetch(server.issuer + path, init)
  return [path, { status: answer.status, headers: answer.headers, text: await answer.text() }]
}

describe('bodies', () => {
  test.each(Object.keys(bodies))('%s, at every endpoint that takes one', async what => {
    const { body, headers = {} } = bodies[what] as Body
    const answers = await Promise.all(
      forms.map(path => offer(path, { body, headers: { ...basic('web'), ...headers } })),
    )
    for (const [path, { status, text }] of answers) {
      expect([path, status < 500]).toEqual([path, true])
      if (body.length > 100_000) expect([path, status]).toEqual([path, 413])
      expect(text).not.toMatch(/at .*\.ts:\d|node_modules|root:/)
    }
    expect(kept()).toEqual(rows)
  })

  test.each(['no UTF-8', 'an overlong slash', 'half a character', 'a lone surrogate', 'beyond Unicode'])(
    'RFC 6749 Appendix B: %s is refused, and not mended into something else',
    async what => {
      const { body } = bodies[what] as Body
      const paths = ['/token', '/introspect', '/revoke', '/authorize', '/sign-in', '/userinfo']
      for (const [path, { status }] of await Promise.all(paths.map(it => offer(it, { body, headers: basic('web') }))))
        expect([path, status]).toEqual([path, 400])
    },
  )

  test('a body that says it is short and is not, or says nothing and never ends, is cut off at 100 kB', async () => {
    const { host } = new URL(server.url)
    const cut = forms.map(async path => {
      const head = [`POST ${path} HTTP/1.1`, `Host: ${host}`, `Content-Type: ${form['content-type']}`]
      const chunks = `\r\nTransfer-Encoding: chunked\r\n\r\n186a1\r\n${'x'.repeat(100_001)}\r\n`
      return [path, (await speak(server.url, head.join('\r\n') + chunks)).slice(0, 12)]
    })
    for (const [path, answer] of await Promise.all(cut)) expect([path, answer]).toEqual([path, 'HTTP/1.1 413'])
  })
})

const queries: Record<string, string> = {
  'ten thousand separators': '&'.repeat(10_000),
  'a thousand parameters': Array.from({ length: 1000 }, (_, at) => `p${at}=1`).join('&'),
  'one value of 12 kB': `state=${'x'.repeat(12_000)}`,
  'no UTF-8': 'state=%ff%fe',
  overlong: 'state=%c0%af%e0%80%af',
  'a lone surrogate': 'state=%ed%a0%80',
  NULs: 'client_id=web%00&redirect_uri=%00&state=%00&reference=%00&id_token_hint=%00',
  'a percent sign': 'client_id=%',
  'line ends': 'client_id=web&state=a%0d%0aset-cookie:%20x%3dy&login_hint=%0d%0a',
  'names of every object': '__proto__=1&constructor=2&__proto__[x]=1',
  'question marks': '?'.repeat(1000),
  'claims, deep': `client_id=web&claims=${encodeURIComponent(deep(2500, '[', ']'))}`,
}

describe('queries', () => {
  test.each(Object.keys(queries))('%s, at every address', async what => {
    const answers = paths('GET').map(async path => {
      const answer = await send(`${server.issuer}${path}?${queries[what]}`, { headers: { accept: 'text/html' } })
      expect([path, answer.status < 500]).toEqual([path, true])
      expect(answer.headers.get('set-cookie') ?? '').not.toContain('x=y')
    })
    await Promise.all(answers)
    expect(kept()).toEqual(rows)
  })

  test('an authorization request with each of its parameters malformed is refused in words', async () => {
    const names = ['client_id', 'scope', 'state', 'nonce', 'prompt', 'max_age', 'claims', 'resource', 'id_token_hint']
    const values = ['\0', '\u202e', '%', '9'.repeat(400), '['.repeat(2000), '-1', '1e999', 'NaN', '{}', '"', '\r\n']
    for (const name of names) {
      const pages = values.map(value => openBrowser().get(authorizeUrl(server.issuer, { [name]: value })))
      for (const page of await Promise.all(pages)) {
        expect([page.url, page.status < 500]).toEqual([page.url, true])
        expect(page.headers.get('location') ?? '').not.toMatch(/[\r\n\0]/)
      }
    }
  })
})

const lines: Record<string, Record<string, string>> = {
  'a cookie of 15 kB': { cookie: `grantwise-session-PORT=${'x'.repeat(15_000)}` },
  'a thousand cookies': { cookie: Array.from({ length: 1000 }, (_, at) => `c${at}=1`).join('; ') },
  'a session a thousand times': { cookie: 'grantwise-session-PORT=x; '.repeat(300) },
  'cookies of nothing': { cookie: ';;;=;=;;a;==;,' },
  'a cookie of no UTF-8': {
    cookie: 'grantwise-session-PORT=%ff%fe; grantwise-browser-PORT=%; grantwise-known-PORT=%c0%af',
  },
  'cookies of every object': { cookie: '__proto__=1; constructor=1; toString=1' },
  'Authorization of 14 kB': { authorization: `Basic ${'QQ=='.repeat(3500)}` },
  'a bearer token of 14 kB': { authorization: `Bearer ${'a'.repeat(14_000)}` },
  'a bearer token of dots': { authorization: `Bearer ${'.'.repeat(5000)}` },
  'Accept of nothing': { accept: `${'*/*;q=0,'.repeat(1000)}` },
  'an origin that is none': { origin: 'x'.repeat(10_000) },
  'Latin-1 in each': { 'user-agent': 'ÿþý', 'accept-language': 'ÿ', origin: 'ÿ', referer: 'ÿ' },
  'a range': { range: 'bytes=0-,-1,1-0', 'if-none-match': '"x'.repeat(2000), 'if-modified-since': 'x' },
  'an override of the method': {
    'x-http-method-override': 'DELETE',
    'x-method-override': 'PUT',
    'x-original-url': '/set-up',
  },
}

test.each(Object.keys(lines))('header fields: %s, at every address', async what => {
  const { port } = new URL(server.issuer)
  const headers = Object.fromEntries(
    Object.entries(lines[what] ?? {}).map(([name, value]) => [name, value.replaceAll('PORT', port)]),
  )
  const asked = paths('GET').map(path => send(server.issuer + path, { headers }))
  const posted = forms.map(path =>
    send(server.issuer + path, { method: 'POST', headers: { ...form, ...headers }, body: 'a=b' }),
  )
  for (const { status } of await Promise.all([...asked, ...posted])) expect(status).toBeLessThan(500)
  expect(kept()).toEqual(rows)
})

test('header fields beyond 16 kB are 431, wherever they go', async () => {
  for (const headers of [{ cookie: 'x'.repeat(17_000) }, { authorization: `Basic ${'A'.repeat(17_000)}` }] as Record<
    string,
    string
  >[])
    for (const path of ['/', '/token', '/authorize', '/userinfo'])
      expect((await send(server.issuer + path, { headers })).status).toBe(431)
})

test('addresses: dots, slashes, NULs and what cannot be decoded lead to nothing, and to no file', async () => {
  for (const path of [
    '/../../../etc/passwd',
    '/assets/../../package.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/..%5c..%5cpackage.json',
    '/assets/%00',
    '/assets//etc/passwd',
    '/errors/%2e%2e%2ftoken',
    '/errors/__proto__',
    '/errors/constructor',
    '/api/journeys/..%2f..%2f',
    '/token%00',
    '/token/',
    '//token',
    '/TOKEN',
    '/token;x=y',
    '/.git/config',
    '/%',
    '/%ff',
    `/${'a/'.repeat(5000)}`,
    `/errors/${'x'.repeat(10_000)}`,
  ]) {
    for (const method of ['GET', 'POST'] as const) {
      const answer = await send(server.issuer, {
        path,
        method,
        headers: form,
        body: method === 'POST' ? 'token=x' : '',
      })
      expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true])
      expect(await answer.text()).not.toMatch(/root:|"dependencies"|\[core\]/)
    }
  }
})

test('none of it stays in memory: nine hundred large requests, and the heap is as before', async () => {
  const flood = async (times: number) => {
    for (let at = 0; at < times; at += 50)
      await Promise.all(
        Array.from({ length: 50 }, (_, more) => {
          const body = `client_id=c${at + more}&scope=${'s'.repeat(30_000)}&state=${at}&token=${'t'.repeat(20_000)}`
          return offer(forms[(at + more) % forms.length] ?? '/token', {
            body,
            headers: { 'user-agent': `agent ${at}` },
          })
        }),
      )
    collect()
    return process.memoryUsage().heapUsed
  }
  const before = await flood(300)
  const after = await flood(600)
  expect(after - before).toBeLessThan(8_000_000)
  expect(kept()).toEqual(rows)
})
