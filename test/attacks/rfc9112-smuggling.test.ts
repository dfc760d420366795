import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { speak } from '../support/raw.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic } from '../support/token.ts'
import { secret } from '../support/world.ts'

/**
 * RFC 9112 §11.2: a proxy and this server must not disagree on where a request ends. Whatever can be read in two ways is
 * refused, and the connection with it, so that nothing that was hidden in a body is ever a request.
 */

let server: TestServer
let host: string
beforeAll(async () => {
  server = await startServer()
  host = new URL(server.url).host
})
afterAll(() => server.close())

/** What is hidden: answered, it would show as 200. */
const hidden = () => `GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`
/** Ends what is still open. */
const last = () => `GET /nothing HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`

const statuses = async (bytes: string) =>
  [...(await speak(server.url, bytes)).matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))

const post = (fields: readonly string[], body: string) =>
  [
    'POST /token HTTP/1.1',
    `Host: ${host}`,
    'Content-Type: application/x-www-form-urlencoded',
    ...fields,
    '',
    body,
  ].join('\r\n')

describe('read in two ways, it is refused as a whole, and so is what follows', () => {
  const fields: Record<string, readonly string[]> = {
    'a length and chunks': ['Content-Length: 5', 'Transfer-Encoding: chunked'],
    'chunks and a length': ['Transfer-Encoding: chunked', 'Content-Length: 5'],
    'two lengths that differ': ['Content-Length: 5', 'Content-Length: 50'],
    'two lengths alike': ['Content-Length: 5', 'Content-Length: 5'],
    'a list of lengths': ['Content-Length: 5, 5'],
    'a length with a sign': ['Content-Length: +5'],
    'a length below zero': ['Content-Length: -5'],
    'a length in hexadecimal': ['Content-Length: 0x5'],
    'a length with a fraction': ['Content-Length: 5.0'],
    'a length beyond all numbers': ['Content-Length: 99999999999999999999'],
    'a blank before the colon': ['Content-Length : 5'],
    'a blank before the colon, chunks': ['Transfer-Encoding : chunked'],
    'a blank before the name': [' Content-Length: 5'],
    'a folded line': ['X-Folded: a', ' Transfer-Encoding: chunked', 'Content-Length: 5'],
    'a folded value': ['Transfer-Encoding:', ' chunked'],
    'chunks not last': ['Transfer-Encoding: chunked, identity'],
    'chunks twice': ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
    'an encoding that there is not': ['Transfer-Encoding: xchunked'],
    'an encoding with a control character': ['Transfer-Encoding: \x0bchunked'],
    'an encoding with a NUL': ['Transfer-Encoding: chunked\0'],
    'an encoding that is none': ['Transfer-Encoding: identity'],
    'an encoding in quotes': ['Transfer-Encoding: "chunked"'],
    'a field of no name': [': chunked', 'Content-Length: 5'],
    'a field of no value': ['Transfer-Encoding', 'Content-Length: 5'],
    'a line end within a field': ['X: a\rTransfer-Encoding: chunked', 'Content-Length: 5'],
    'a bare line feed': ['X: a\nTransfer-Encoding: chunked', 'Content-Length: 5'],
  }
  test.each(Object.keys(fields))('%s', async what => {
    expect(await statuses(post(fields[what] ?? [], `0\r\n\r\n${hidden()}${last()}`))).toEqual([400])
  })

  const bodies: Record<string, string> = {
    'a size that is none': 'zz\r\na=b\r\n0\r\n\r\n',
    'a size with a prefix': '0x3\r\na=b\r\n0\r\n\r\n',
    'a size with a sign': '-3\r\na=b\r\n0\r\n\r\n',
    'a size beyond all numbers': 'ffffffffffffffffff\r\na=b\r\n0\r\n\r\n',
    'a chunk longer than it says': '3\r\na=bcd\r\n0\r\n\r\n',
    'a chunk with no end': '3\r\na=bX0\r\n\r\n',
    'a bare line feed behind a size': '3\na=b\r\n0\r\n\r\n',
    'a bare line feed behind an extension': '3;a=b\na=b\r\n0\r\n\r\n',
    'a bare carriage return': '3\ra=b\r\n0\r\n\r\n',
  }
  test.each(Object.keys(bodies))('chunks: %s', async what => {
    const heard = await statuses(post(['Transfer-Encoding: chunked'], `${bodies[what]}${hidden()}${last()}`))
    expect(heard).toEqual([400])
  })

  test.each([
    [
      'HTTP/1.0 with chunks',
      () => `POST /token HTTP/1.0\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden()}`,
    ],
    ['a blank before the method', () => ` ${hidden()}${last()}`],
    ['lines that end in line feeds alone', () => `${hidden().replaceAll('\r\n', '\n')}${last()}`],
    ['a NUL in a field', () => `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nX: a\0b\r\n\r\n${last()}`],
    ['a blank in the name of a field', () => `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nX Y: z\r\n\r\n${last()}`],
    ['no Host', () => `GET /healthz HTTP/1.1\r\n\r\n${last()}`],
    ['the preface of HTTP/2', () => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${hidden()}`],
    ['a version that there is not', () => `GET /healthz HTTP/9.9\r\nHost: ${host}\r\n\r\n${last()}`],
    ['bytes of TLS', () => '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03'],
  ])('%s', async (_what, bytes) => {
    expect(await statuses(bytes())).toEqual([400])
  })
})

describe('what can be read in one way only is one request', () => {
  const readable: Record<string, () => string> = {
    'a GET with a body': () =>
      `GET /nothing HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${hidden().length}\r\n\r\n${hidden()}`,
    'chunks with an extension': () => post(['Transfer-Encoding: chunked'], '3;x=y\r\na=b\r\n0\r\n\r\n'),
    'chunks with trailers': () => post(['Transfer-Encoding: chunked'], `3\r\na=b\r\n0\r\nHost: evil.example\r\n\r\n`),
    'chunks in which a request is hidden': () =>
      post(['Transfer-Encoding: chunked'], `${hidden().length.toString(16)}\r\n${hidden()}\r\n0\r\n\r\n`),
    'a request that is hidden in a form': () => post([`Content-Length: ${hidden().length}`], hidden()),
  }
  test.each(Object.keys(readable))('%s', async what => {
    const heard = await statuses(`${readable[what]?.()}${last()}`)
    expect(heard).toHaveLength(2)
    for (const status of heard) expect([400, 401, 404]).toContain(status)
  })

  test.each(['h2c', 'websocket', 'TLS/1.0'])('an upgrade to %s changes nothing', async protocol => {
    const fields = ['Connection: close, Upgrade, HTTP2-Settings', `Upgrade: ${protocol}`, 'HTTP2-Settings: AAMAAABk']
    const request = `GET /nothing HTTP/1.1\r\nHost: ${host}\r\n${fields.join('\r\n')}\r\n\r\n`
    expect(await statuses(`${request}${hidden()}`)).toEqual([404])
  })

  test('trailers prove nothing: credentials that come behind the body are not read', async () => {
    const trailers = `0\r\nAuthorization: ${basic('job')['authorization']}\r\n\r\n`
    const form = `grant_type=client_credentials&client_id=job`
    const bytes = post(['Transfer-Encoding: chunked'], `${form.length.toString(16)}\r\n${form}\r\n${trailers}${last()}`)
    expect(await statuses(bytes)).toEqual([401, 404])
  })

  test('a method that makes a tunnel makes none', async () => {
    const heard = await speak(server.url, `CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n${hidden()}`)
    expect(heard).not.toMatch(/ 200 /)
  })

  test('an expectation other than 100-continue is refused, and that one never carries a secret on', async () => {
    const form = `grant_type=client_credentials&client_id=job&client_secret=${secret}`
    const length = `Content-Length: ${form.length}`
    expect(await statuses(post(['Expect: 200-ok', length, 'Connection: close'], form))).toEqual([417])
    expect(await statuses(`${post(['Expect: 100-continue', length], form)}${last()}`)).toEqual([100, 200, 404])
  })
})

test('after all that, nothing was written, and the server answers', async () => {
  const { throttles: _, ...rows } = countRows(server.data_dir)
  expect(rows).toMatchObject({ sessions: 0, families: 0, codes: 0, access_tokens: 0, revoked_jtis: 0 })
  expect(await statuses(hidden().replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))).toEqual([200])
})
