import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../../src/http/routes.ts'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { send, speak } from '../support/raw.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, obtainTokens } from '../support/token.ts'
import { everyFormOptions, formKinds, type ReadyForm } from './forms.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(everyFormOptions)
})
afterAll(() => server.close())

type Fields = Readonly<Record<string, string>>
type Headers = Readonly<Record<string, string | readonly string[]>>

const encoded = (fields: Fields) => new URLSearchParams(fields).toString()
const multipart = (fields: Fields) =>
  `${Object.entries(fields)
    .map(([name, value]) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('')}--x--\r\n`

/** A form as something else, and something else as a form. */
const disguises: Readonly<Record<string, (fields: Fields) => readonly [Headers, string | Uint8Array]>> = {
  JSON: fields => [{ 'content-type': 'application/json' }, JSON.stringify(fields)],
  'JSON that says it is a form': fields => [form, JSON.stringify(fields)],
  'a form that says it is JSON': fields => [{ 'content-type': 'application/json' }, encoded(fields)],
  'a form that says it is text, as another site may post it': fields => [
    { 'content-type': 'text/plain' },
    encoded(fields),
  ],
  'lines, as another site may post them': fields => [
    { 'content-type': 'text/plain' },
    Object.entries(fields)
      .map(pair => pair.join('='))
      .join('\r\n'),
  ],
  multipart: fields => [{ 'content-type': 'multipart/form-data; boundary=x' }, multipart(fields)],
  'multipart that says it is a form': fields => [form, multipart(fields)],
  'a form that says it is multipart': fields => [
    { 'content-type': 'multipart/form-data; boundary=x' },
    encoded(fields),
  ],
  'a form of a longer name': fields => [{ 'content-type': 'application/x-www-form-urlencoded-evil' }, encoded(fields)],
  'a form as the parameter of another type': fields => [
    { 'content-type': 'text/html; x=application/x-www-form-urlencoded' },
    encoded(fields),
  ],
  'two types in one': fields => [{ 'content-type': 'text/plain, application/x-www-form-urlencoded' }, encoded(fields)],
  'two types, the second a form': fields => [
    { 'content-type': ['text/plain', 'application/x-www-form-urlencoded'] },
    encoded(fields),
  ],
  'no type': fields => [{}, encoded(fields)],
  'an empty type': fields => [{ 'content-type': '' }, encoded(fields)],
  'no type that is one': fields => [{ 'content-type': 'form' }, encoded(fields)],
  XML: fields => [
    { 'content-type': 'application/xml' },
    `<form>${Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`)}</form>`,
  ],
  'UTF-16': fields => [
    { 'content-type': 'application/x-www-form-urlencoded; charset=utf-16' },
    Buffer.from(`\ufeff${encoded(fields)}`, 'utf16le'),
  ],
  'a byte order mark': fields => [form, `\ufeff${encoded(fields)}`],
}
const form: Headers = { 'content-type': 'application/x-www-form-urlencoded' }

interface Attempt {
  readonly url: string
  readonly headers: Headers
  readonly fields: Fields
  readonly happened: (answer: Response) => Promise<boolean>
}

const cookiesOf = ({ browser }: ReadyForm): Headers => ({
  cookie: [...browser.cookies].map(pair => pair.join('=')).join('; '),
})

const ofPeople = Object.entries(formKinds).map(
  ([name, kind]) =>
    [
      name,
      async (): Promise<Attempt> => {
        const ready = await kind.open(server, 'alice')
        const fields = { ...ready.hidden, ...ready.fields }
        return { url: ready.url, headers: cookiesOf(ready), fields, happened: async () => ready.happened() }
      },
    ] as const,
)

const said = (text: string) => async (answer: Response) => (await answer.text()).includes(text)
const ofPrograms = [
  [
    '/token',
    async (): Promise<Attempt> => ({
      url: `${server.issuer}/token`,
      headers: basic('job'),
      fields: { grant_type: 'client_credentials' },
      happened: said('access_token'),
    }),
  ],
  [
    '/introspect',
    async (): Promise<Attempt> => ({
      url: `${server.issuer}/introspect`,
      headers: basic('web'),
      fields: { token: (await obtainTokens(server.issuer)).access_token },
      happened: said('"active":true'),
    }),
  ],
  [
    '/userinfo',
    async (): Promise<Attempt> => ({
      url: `${server.issuer}/userinfo`,
      headers: {},
      fields: { access_token: (await obtainTokens(server.issuer)).access_token },
      happened: said('"sub"'),
    }),
  ],
  [
    '/authorize',
    async (): Promise<Attempt> => {
      const browser = openBrowser()
      await obtainTokens(server.issuer, {}, browser)
      const fields = Object.fromEntries(new URL(authorizeUrl(server.issuer)).searchParams)
      const cookie = [...browser.cookies].map(pair => pair.join('=')).join('; ')
      return {
        url: `${server.issuer}/authorize`,
        headers: { cookie },
        fields,
        happened: async answer => answer.headers.has('location'),
      }
    },
  ],
] as const

// The set-up link lasts an hour, and whoever changes a password comes last of those who use it.
describe.each([...ofPrograms, ...ofPeople])('RFC 6749 §3.2, App. B: %s', (_name, open) => {
  let attempt: Attempt
  beforeAll(async () => {
    attempt = await open()
  })

  test.each(Object.entries(disguises))('%s: nothing', async (_what, disguise) => {
    const [headers, body] = disguise(attempt.fields)
    const answer = await send(attempt.url, { method: 'POST', headers: { ...attempt.headers, ...headers }, body })
    expect([200, 400, 401, 415]).toContain(answer.status)
    expect(await attempt.happened(answer)).toBe(false)
  })

  test('by GET with the form as its body, or under the name of another method: nothing', async () => {
    const { url, fields } = attempt
    const headers = { ...attempt.headers, ...form }
    const overrides = ['x-http-method-override', 'x-http-method', 'x-method-override', '_method']
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
      const body = method === 'HEAD' ? '' : encoded(fields)
      const answer = await send(url, { method, headers, body })
      expect(answer.status, method).toBeLessThan(500)
      expect(await attempt.happened(answer), method).toBe(false)
    }
    for (const name of overrides) {
      const over = await send(`${url}?_method=POST`, { headers: { ...headers, [name]: 'POST' }, body: encoded(fields) })
      expect(await attempt.happened(over), name).toBe(false)
    }
  })

  // WHATWG URL §5.2: this media type has no charset; whatever is said, it is read as UTF-8.
  test('as a form, in whatever spelling and charset, with another method named beside it: it is done as posted', async () => {
    const headers = {
      ...attempt.headers,
      'content-type': 'Application/X-WWW-Form-URLencoded; charset=utf-7',
      'x-http-method-override': 'DELETE',
    }
    const answer = await send(`${attempt.url}?_method=GET`, { method: 'POST', headers, body: encoded(attempt.fields) })
    expect(await attempt.happened(answer)).toBe(true)
  })
})

test('RFC 9110 §9.2.1: OPTIONS, HEAD and methods that nobody has do nothing anywhere', async () => {
  const before = countRows(server.data_dir)
  for (const { path } of routes) {
    const url = server.issuer + path.replace(/:\w+/, 'x')
    for (const method of ['OPTIONS', 'HEAD', 'TRACE', 'PROPFIND', 'QUERY']) {
      const answer = await send(url, { method, headers: { ...form, ...basic('job') } })
      expect(answer.status, `${method} ${path}`).toBeLessThan(500)
      expect(answer.headers.getSetCookie(), `${method} ${path}`).toEqual([])
      expect(answer.headers.get('location'), `${method} ${path}`).toBeNull()
    }
  }
  expect(countRows(server.data_dir)).toEqual(before)
})

test.each(['get', 'Post', 'GET\t', 'GETPOST'])('RFC 9110 §9.1: %j is no method', async method => {
  const { host } = new URL(server.issuer)
  const heard = await speak(server.url, `${method} /sign-in HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  expect(heard).toMatch(/^HTTP\/1\.1 400 /)
})
