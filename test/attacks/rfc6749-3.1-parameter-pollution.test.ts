import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../../src/http/routes.ts'
import { authorize, authorizeUrl, openBrowser } from '../support/browser.ts'
import { send } from '../support/raw.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, isAlive, obtainTokens, userinfo } from '../support/token.ts'
import { everyFormOptions, formKinds, type ReadyForm } from './forms.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(everyFormOptions)
})
afterAll(() => server.close())

type Fields = Readonly<Record<string, string>>

/** A request that does something, and whether it did. */
interface Attempt {
  /** Unless it is a POST. */
  readonly method?: 'GET'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly fields: Fields
  readonly happened: (answer: Response) => boolean | Promise<boolean>
}

interface Endpoint {
  open(): Promise<Attempt>
  /** Without each of these nothing happens. */
  readonly keys: readonly string[]
  /** Of them, free text of which only the name can be attacked: blanks around it are forgiven, or it is new. */
  readonly free?: readonly string[]
  /** What it is for is over before guesses are counted no more; it is none. */
  readonly brief?: boolean
}

const at = (path: string) => server.issuer + path

/** What programs post. */
const programs: Readonly<Record<string, Endpoint>> = {
  '/token': {
    keys: ['grant_type'],
    open: async () => ({
      url: at('/token'),
      headers: basic('job'),
      fields: { grant_type: 'client_credentials' },
      happened: async answer => (await answer.text()).includes('"access_token"'),
    }),
  },
  '/device_authorization': {
    keys: ['client_id'],
    open: async () => ({
      url: at('/device_authorization'),
      headers: {},
      fields: { client_id: 'tv', scope: 'openid' },
      happened: async answer => (await answer.text()).includes('"device_code"'),
    }),
  },
  '/introspect': {
    keys: ['token'],
    async open() {
      const { access_token } = await obtainTokens(server.issuer)
      const happened = async (answer: Response) => (await answer.text()).includes('"active":true')
      return { url: at('/introspect'), headers: basic('web'), fields: { token: access_token }, happened }
    },
  },
  '/revoke': {
    keys: ['token'],
    async open() {
      const { access_token, refresh_token } = await obtainTokens(server.issuer)
      const happened = async () => !(await isAlive(server.issuer, access_token))
      return { url: at('/revoke'), headers: basic('web'), fields: { token: refresh_token }, happened }
    },
  },
  '/userinfo': {
    keys: ['access_token'],
    async open() {
      const { access_token } = await obtainTokens(server.issuer)
      expect((await userinfo(server.issuer, access_token)).status).toBe(200)
      return { url: at('/userinfo'), headers: {}, fields: { access_token }, happened: ({ status }) => status === 200 }
    },
  },
  '/authorize': {
    keys: ['client_id', 'redirect_uri', 'response_type', 'code_challenge'],
    free: ['code_challenge'],
    open: () => authorization({}),
  },
  'GET /authorize': {
    keys: ['client_id', 'redirect_uri', 'response_type', 'code_challenge'],
    free: ['code_challenge'],
    open: () => authorization({ method: 'GET' }),
  },
  'GET /logout': {
    keys: ['client_id', 'post_logout_redirect_uri'],
    open: async () => ({
      method: 'GET',
      url: at('/logout'),
      headers: {},
      fields: { client_id: 'web', post_logout_redirect_uri: 'http://127.0.0.1:5001/' },
      happened: answer => answer.headers.has('location'),
    }),
  },
}

/** A request that an alice who has agreed to everything is answered with a code for. */
async function authorization(by: Pick<Attempt, 'method'>): Promise<Attempt> {
  const browser = openBrowser()
  await obtainTokens(server.issuer, {}, browser)
  const fields = Object.fromEntries(new URL(authorizeUrl(server.issuer)).searchParams)
  const happened = (answer: Response) => answer.headers.get('location')?.includes('code=') ?? false
  return { ...by, url: at('/authorize'), headers: cookiesOf(browser), fields, happened }
}

const keys: Readonly<Record<string, Pick<Endpoint, 'keys' | 'free'>>> = {
  'setting up': { keys: ['form', 'token', 'password'], free: ['token'] },
  'signing in': { keys: ['form', 'password'] },
  'signing in to an app': { keys: ['parked'] },
  'signing up': { keys: ['form', 'login', 'password'], free: ['login'] },
  'signing up for an app': { keys: ['parked'] },
  'choosing an account': { keys: ['parked', 'account'] },
  'choosing one of two accounts': { keys: ['parked', 'account'] },
  'signing one of two accounts out': { keys: ['parked', 'sign_out'] },
  consenting: { keys: ['parked', 'consent'] },
  'signing out': { keys: ['parked', 'logout'] },
  'letting a device in': { keys: ['form', 'consent'] },
  'removing an app': { keys: ['form', 'client_id'] },
  'signing out everywhere else': { keys: ['form', 'sessions'] },
  'changing the password': { keys: ['form', 'new_password'] },
  'registering an app': { keys: ['form', 'client_name', 'redirect_uris'], free: ['client_name', 'redirect_uris'] },
  'ending the retired flows of an app': { keys: ['form', 'retired_until'], free: ['retired_until'] },
  'changing an app': { keys: ['form', 'do'] },
}

function ofPeople(name: string): Endpoint {
  const kind = formKinds[name]
  const named = keys[name]
  if (!kind || !named) throw new Error(`no keys are named for ${name}`)
  return {
    ...named,
    brief: kind.brief === true,
    async open() {
      const form = await kind.open(server, 'alice')
      return { ...form, headers: cookiesOf(form.browser), fields: { ...form.hidden, ...form.fields } }
    },
  }
}

function cookiesOf({ cookies }: Pick<ReadyForm['browser'], 'cookies'>): Record<string, string> {
  return { cookie: [...cookies].map(pair => pair.join('=')).join('; ') }
}

const attacked = new Set<string>()

const endpoints: readonly (readonly [string, Endpoint])[] = [
  // The set-up link lasts an hour.
  ['setting up', ofPeople('setting up')],
  ...Object.entries(programs),
  ...Object.keys(formKinds)
    .filter(name => name !== 'setting up')
    .map(name => [name, ofPeople(name)] as const),
]

/** Query and body of a request in which something was done to one of its parameters. */
type Pollution = (name: string, value: string, others: string) => readonly [query: string, body: string]
const e = encodeURIComponent

const ofNames: Readonly<Record<string, Pollution>> = {
  'twice the same': (name, value, others) => ['', `${others}&${name}=${e(value)}&${name}=${e(value)}`],
  'another behind it': (name, value, others) => ['', `${others}&${name}=${e(value)}&${name}=evil`],
  'another before it': (name, value, others) => ['', `${name}=evil&${others}&${name}=${e(value)}`],
  'another whose name decodes alike': (name, value, others) => [
    '',
    `${others}&${name}=${e(value)}&%${name.charCodeAt(0).toString(16)}${name.slice(1)}=evil`,
  ],
  'an unknown one twice': (name, value, others) => ['', `${others}&${name}=${e(value)}&x=1&x=2`],
  'as an array': (name, value, others) => ['', `${others}&${name}[]=${e(value)}`],
  'as an array, its brackets encoded': (name, value, others) => ['', `${others}&${name}%5B0%5D=${e(value)}`],
  'as an object': (name, value, others) => ['', `${others}&${name}[${name}]=${e(value)}`],
  'with dots': (name, value, others) => ['', `${others}&x.${name}=${e(value)}`],
  'in capitals': (name, value, others) => ['', `${others}&${name.toUpperCase()}=${e(value)}`],
  'with a space behind': (name, value, others) => ['', `${others}&${name}+=${e(value)}`],
  'with a null behind': (name, value, others) => ['', `${others}&${name}%00=${e(value)}`],
  'with a byte order mark': (name, value, others) => ['', `%EF%BB%BF${name}=${e(value)}&${others}`],
  'after a semicolon': (name, value, others) => ['', `${others};${name}=${e(value)}`],
  'encoded whole': (name, value, others) => ['', `${others}&${e(`${name}=${value}`)}`],
  'in the query alone': (name, value, others) => [`?${name}=${e(value)}`, others],
  'empty, and whole in the query': (name, value, others) => [`?${name}=${e(value)}`, `${others}&${name}=`],
}

const ofValues: Readonly<Record<string, Pollution>> = {
  empty: (name, _value, others) => ['', `${others}&${name}=`],
  'with a null behind it': (name, value, others) => ['', `${others}&${name}=${e(value)}%00`],
  'with a null and more behind it': (name, value, others) => ['', `${others}&${name}=${e(value)}%00x`],
  'with a plus behind it, which is a space': (name, value, others) => ['', `${others}&${name}=${e(value)}+`],
  'with a space before it': (name, value, others) => ['', `${others}&${name}=%20${e(value)}`],
  'with a line break behind it': (name, value, others) => ['', `${others}&${name}=${e(value)}%0d%0a`],
  'with a zero-width space in it': (name, value, others) => ['', `${others}&${name}=${e(value)}%E2%80%8B`],
  'encoded twice': (name, value, others) => ['', `${others}&${name}=${e(everyLetter(value))}`],
  'in capitals': (name, value, others) => ['', `${others}&${name}=${e(swappedCase(value))}`],
  'behind a body that is too large': (name, value, others) => [
    '',
    `${others}&x=${'x'.repeat(100_000)}&${name}=${e(value)}`,
  ],
}

const everyLetter = (text: string) =>
  text.replaceAll(/./gsu, it => `%${it.charCodeAt(0).toString(16).padStart(2, '0')}`)
const swappedCase = (text: string) => {
  const upper = text.toUpperCase()
  return upper === text ? text.toLowerCase() : upper
}

describe.each(endpoints)('RFC 6749 §3.1, §3.2: %s', (_name, { open, keys, free = [], brief = false }) => {
  let attempt: Attempt
  const pass = (seconds: number) => brief || server.clock.pass(seconds)
  beforeAll(async () => {
    server.clock.pass(900)
    attempt = await open()
    attacked.add(attempt.url)
  })

  async function post(query: string, body: string): Promise<Response> {
    const { method = 'POST', url, headers } = attempt
    const accepting = { accept: 'text/html', ...headers }
    // What a POST has in its body, a GET has in its query, and there is no other.
    if (method === 'GET') return send(`${url}?${body}`, { headers: accepting })
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    return send(url + query, { method, headers: { ...form, ...accepting }, body })
  }

  async function expectNothing(key: string, pollute: Pollution): Promise<void> {
    const { [key]: value = '', ...others } = attempt.fields
    expect(value).not.toBe('')
    const answer = await post(...pollute(key, value, new URLSearchParams(others).toString()))
    expect(answer.status, key).toBeLessThan(500)
    expect(await attempt.happened(answer), key).toBe(false)
  }

  test.each(Object.entries(ofNames))('a parameter %s: nothing', async (_what, pollute) => {
    // Soon the guesses before are counted no more, and the page is still in time.
    pass(60)
    for (const key of keys) await expectNothing(key, pollute)
  })

  test.each(Object.entries(ofValues))('a value %s: nothing', async (_what, pollute) => {
    pass(60)
    for (const key of keys.filter(it => !free.includes(it))) await expectNothing(key, pollute)
  })

  test('as it should be, with what means nothing around it, it is done', async () => {
    pass(900)
    const noise = '&&=&=x&x&empty=&empty=&a[]=1&__proto__=1&constructor=1&toString=1&'
    const answer = await post('?state=evil&scope=evil', new URLSearchParams(attempt.fields).toString() + noise)
    expect(await attempt.happened(answer)).toBe(true)
  })
})

test('that was every endpoint that takes a form and does something', () => {
  const forms = routes.filter(({ POST, json }) => POST && !json).map(({ path }) => path)
  const posted = forms.filter(path => path !== '/doctor').map(at)
  const named = [...attacked].map(url => url.replace(/(?<=\/clients\/)old-\d+/, ':id'))
  expect([...new Set(named)].sort()).toEqual(posted.sort())
})

describe('a query in which everything is there twice', () => {
  const twice =
    'client_id=web&client_id=evil&redirect_uri=https%3A%2F%2Fevil.example&x=1&x=2&runs_on=server&runs_on=cli'
  const paths = routes
    .filter(({ GET }) => GET)
    .map(({ path }) => path.replace(':reason', 'path-unknown').replace(':id', 'x'))

  test.each(paths)('GET %s refuses it or does not read it', async path => {
    const bare = await send(at(path), { headers: { accept: 'text/html' } })
    const polluted = await send(`${at(path)}?${twice}`, { headers: { accept: 'text/html' } })
    expect(polluted.headers.get('location')).toBe(polluted.status === 400 ? null : bare.headers.get('location'))
    expect([400, bare.status]).toContain(polluted.status)
  })

  test.each(['/', '/authorize', '/device', '/logout', '/account', '/clients', '/clients/new', '/errors/lookup'])(
    'GET %s, which reads its query, refuses it',
    async path => {
      const browser = openBrowser()
      await authorize(browser, authorizeUrl(server.issuer), 'bob')
      expect(await browser.get(`${at(path)}?${twice}`)).toMatchObject({ status: 400, location: undefined })
    },
  )
})

describe('JSON, at the one endpoint that takes it', () => {
  test.each([
    ['a value as an array', '{"answers":{"runs_on":["server"]}}'],
    ['a value as an object', '{"answers":{"runs_on":{"$ne":null}}}'],
    ['a prototype', '{"__proto__":{"polluted":true},"answers":{"__proto__":{"polluted":true}}}'],
    ['a constructor', '{"answers":{"constructor":{"prototype":{"polluted":true}}}}'],
    ['a list in its place', '[]'],
    ['nothing in its place', 'null'],
  ])('%s', async (_what, body) => {
    const answer = await send(at('/api/advise'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect([200, 400]).toContain(answer.status)
    expect(await answer.text()).not.toContain('polluted":')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})
