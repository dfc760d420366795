import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorizeUrl, challenge, openBrowser, verifier } from '../support/browser.ts'
import { send } from '../support/raw.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, obtainCode, obtainTokens, type Tokens } from '../support/token.ts'
import { api, otherSecret, secret, world } from '../support/world.ts'

/** Never a 5xx, never a redirect to an unregistered place, never a row for a stranger, never markup of theirs. */

/** More of them where there is time: `PROPERTY_TIMES=20 vitest run test/property`. */
const times = Number(process.env['PROPERTY_TIMES'] ?? 1)

let server: TestServer
let tokens: Tokens
let code: string
/** The cookies of an alice who has agreed to everything, and a page that waits in her browser. */
let alice: string
let parked: string
beforeAll(async () => {
  server = await startServer()
  const browser = openBrowser()
  tokens = await obtainTokens(server.issuer, {}, browser)
  code = await obtainCode(server.issuer, {}, browser)
  parked = (await browser.get(authorizeUrl(server.issuer, { prompt: 'consent' }))).parked ?? ''
  alice = [...browser.cookies].map(pair => pair.join('=')).join('; ')
})
afterAll(() => server.close())

const paths = [
  '/',
  '/authorize',
  '/token',
  '/userinfo',
  '/introspect',
  '/revoke',
  '/logout',
  '/sign-in',
  '/consent',
  '/select-account',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/.well-known/jwks.json',
  '/healthz',
  '/readyz',
  '/nothing',
]
const names = [
  'client_id',
  'client_secret',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'prompt',
  'max_age',
  'login_hint',
  'id_token_hint',
  'claims',
  'resource',
  'audience',
  'code_challenge',
  'code_challenge_method',
  'grant_type',
  'code',
  'code_verifier',
  'refresh_token',
  'token',
  'access_token',
  'post_logout_redirect_uri',
  'parked',
  'login',
  'consent',
  'account',
  'cancel',
  'logout',
  'request',
  '__proto__',
  'constructor',
  'resource[]',
]
const redirectUris = world.clients.flatMap(client => ('redirect_uris' in client ? client.redirect_uris : []))
const logoutUris = world.clients.flatMap(client =>
  'post_logout_redirect_uris' in client ? client.post_logout_redirect_uris : [],
)

/** Values that mean something somewhere, read late: some are known only once the server runs. */
const meaningful = () => [
  ...world.clients.map(client => client.client_id),
  ...redirectUris,
  ...logoutUris,
  secret,
  otherSecret,
  api,
  challenge,
  verifier,
  'code',
  'S256',
  'query',
  'fragment',
  'form_post',
  'none',
  'login consent select_account',
  'openid profile email offline_access profile:read',
  'authorization_code',
  'refresh_token',
  'client_credentials',
  '0',
  'alice',
  '{"id_token":{"sub":{"value":"x"},"email":null}}',
  tokens.access_token,
  tokens.id_token,
  tokens.refresh_token,
  code,
  parked,
]
const marker = ['"><x-marker>', '" x-marker="', "' x-marker='", '<script>x-marker</script>', '</title><x-marker>']
const places = ['https://evil.example/', '//evil.example', 'http://127.0.0.1:5001@evil.example/', 'javascript:alert(1)']

const value = fc.oneof(
  { weight: 6, arbitrary: fc.nat().map(at => meaningful()[at % meaningful().length] ?? '') },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.constantFrom(...marker) },
  { weight: 1, arbitrary: fc.constantFrom(...places) },
  { weight: 1, arbitrary: fc.json() },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.string(), fc.nat(6000)).map(([text, times]) => (text || 'x').repeat(times).slice(0, 6000)),
  },
  // A meaningful value with one character exchanged, added or cut.
  {
    weight: 3,
    arbitrary: fc.tuple(fc.nat(), fc.nat(), fc.string({ maxLength: 2 })).map(([which, at, other]) => {
      const text = meaningful()[which % meaningful().length] ?? ''
      const cut = at % (text.length + 1)
      return text.slice(0, cut) + other + text.slice(cut + 1)
    }),
  },
)
const name = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...names) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 10 }) },
)
const pairs = fc.array(fc.tuple(name, value), { maxLength: 12 })
const encode = (sent: [string, string][]) =>
  new URLSearchParams(sent.map(([key, text]) => [key, text.toWellFormed()])).toString()
/** Mostly what a form is, sometimes what only looks like one. */
const form = fc.oneof(
  { weight: 5, arbitrary: pairs.map(encode) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'&=%+;a0[]{}"<'), maxLength: 60 }) },
)
const headerText = fc.string({
  unit: fc.constantFrom(...Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)), 'é', '\t'),
  maxLength: 60,
})
const base64 = (text: string) => Buffer.from(text).toString('base64')
const headers = fc.record(
  {
    authorization: fc.oneof(
      fc
        .constantFrom(basic('web'), basic('job'), basic('spa', ''), basic('other-web', otherSecret))
        .map(it => it['authorization'] ?? ''),
      fc.tuple(value, value).map(([user, word]) => `Basic ${base64(`${user}:${word}`)}`),
      fc.nat(4).map(at => `Bearer ${[tokens.access_token, tokens.id_token, tokens.refresh_token, code, 'x'][at]}`),
      headerText,
    ),
    cookie: fc.oneof(
      headerText,
      fc
        .tuple(fc.constantFrom('session', 'browser', 'known'), headerText)
        .map(([which, text]) => `grantwise-${which}-${new URL(server.issuer).port}=${text}`),
    ),
    origin: fc.constantFrom('http://127.0.0.1:5004', 'https://evil.example', 'null', '<x-marker>'),
    host: fc.oneof(
      { weight: 9, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: fc.constantFrom('evil.example', 'x-marker:1', '[::1') },
    ),
    accept: fc.constantFrom('text/html', 'application/json', '*/*'),
    'content-type': fc.oneof(
      { weight: 8, arbitrary: fc.constant('application/x-www-form-urlencoded') },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'application/json',
          'text/plain',
          'multipart/form-data',
          'application/x-www-form-urlencoded; charset=utf-16',
        ),
      },
      { weight: 1, arbitrary: headerText },
    ),
    'x-forwarded-for': headerText,
    'x-forwarded-host': fc.constant('evil.example'),
    'access-control-request-method': fc.constantFrom('POST', 'GET', 'x'),
    'user-agent': headerText,
  },
  { requiredKeys: ['content-type'] },
)
const request = fc.record({
  method: fc.constantFrom('GET', 'GET', 'POST', 'POST', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'),
  path: fc.constantFrom(...paths),
  query: form,
  headers,
  body: fc.oneof({ weight: 8, arbitrary: form }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) }),
})
type Sent = typeof request extends fc.Arbitrary<infer T> ? T : never

async function answerTo(
  { method, path, query, headers: { host, ...rest }, body }: Sent,
  more: Record<string, string> = {},
) {
  const defined = Object.entries(rest).filter((pair): pair is [string, string] => pair[1] !== undefined)
  const where = server.issuer + path + (query === '' ? '' : `?${query.replaceAll(/[^\x21-\x7e]/g, '')}`)
  // Beyond 16 kB of headers Node answers by itself, and to HEAD with a body that its own client cannot read.
  fc.pre(where.length + JSON.stringify(defined).length < 14_000)
  return send(where, {
    method,
    headers: { ...Object.fromEntries(defined), ...(host ? { host } : {}), ...more },
    body: method === 'GET' || method === 'HEAD' ? '' : body,
  })
}

/** Whether a client, or we ourselves, registered this place. */
function isRegistered(location: string): boolean {
  if (location.startsWith('/') && !location.startsWith('//')) return true
  if (new URL(location).origin === server.issuer) return true
  const [place = ''] = location.split(/[?#]/)
  return (
    [...redirectUris, ...logoutUris].includes(place as never) ||
    /^http:\/\/127\.0\.0\.1(:\d{1,5})?\/callback$/.test(place)
  )
}

/** What a page of the server runs by itself: never more than one of these. */
const ourScript =
  /<script>HTMLFormElement\.prototype\.submit\.call\(document\.forms\[0\]\)<\/script>|<script type="module" src="\/assets\/[a-z-]+-[0-9a-f]{12}\.js"><\/script>/

async function judge(answer: Response): Promise<void> {
  expect(answer.status).toBeLessThan(500)
  const location = answer.headers.get('location')
  if (location !== null) expect(isRegistered(location), location).toBe(true)
  const text = await answer.text()
  if (!answer.headers.get('content-type')?.startsWith('text/html')) return
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(text.replace(ourScript, '')).not.toMatch(/<script|<x-marker|" x-marker="/)
  const action = /<form method="post" action="([^"]*)"/.exec(text)?.[1]
  if (action !== undefined) expect(isRegistered(action.replaceAll('&amp;', '&')), action).toBe(true)
}

const rows = () => {
  const { throttles, ...rest } = countRows(server.data_dir)
  return rest
}
/** Tokens that a random request spends are not a stranger's; those are tried apart. */
const isStrangers = ({ headers: { cookie }, query, body }: Sent) =>
  ![query, cookie ?? '', typeof body === 'string' ? body : ''].some(text =>
    [tokens.refresh_token, tokens.access_token, code, secret, otherSecret].some(it =>
      text.includes(encodeURIComponent(it)),
    ),
  )

test('whatever a stranger sends, to whatever endpoint, by whatever method', { timeout: 120_000 * times }, async () => {
  const before = rows()
  await fc.assert(
    fc.asyncProperty(request, async sent => {
      const { authorization, ...others } = sent.headers
      const stranger = isStrangers(sent)
        ? { ...sent, headers: others }
        : { ...sent, headers: others, body: '', query: '' }
      await judge(await answerTo(stranger))
      expect(rows()).toEqual(before)
    }),
    { numRuns: 1200 * times },
  )
})

test('whatever a client sends with its own credentials', { timeout: 120_000 * times }, async () => {
  await fc.assert(
    fc.asyncProperty(request, async sent => judge(await answerTo(sent))),
    { numRuns: 800 * times },
  )
})

const authorizePairs = fc.tuple(
  fc.array(fc.tuple(fc.constantFrom(...names.slice(0, 19)), value), { maxLength: 4 }),
  fc.array(fc.constantFrom('state', 'scope', 'nonce', 'code_challenge', 'redirect_uri', 'response_type'), {
    maxLength: 2,
  }),
)

test('a valid authorization request with a few members exchanged or left out, by whoever is signed in', async () => {
  await fc.assert(
    fc.asyncProperty(
      authorizePairs,
      fc.constantFrom('GET', 'POST'),
      fc.boolean(),
      async ([changes, left], method, signedIn) => {
        const valid = new URL(authorizeUrl(server.issuer)).searchParams
        for (const [key, text] of changes) valid.set(key, text.toWellFormed())
        for (const key of left) valid.delete(key)
        const posted = method === 'POST'
        const answer = await send(`${server.issuer}/authorize${posted ? '' : `?${valid}`}`, {
          method,
          headers: { 'content-type': 'application/x-www-form-urlencoded', ...(signedIn ? { cookie: alice } : {}) },
          body: posted ? valid.toString() : '',
        })
        const location = answer.headers.get('location')
        await judge(answer)
        // A code goes to the redirect_uri that was asked for, and to whom that is registered.
        if (location?.includes('code=')) expect(location.startsWith(valid.get('redirect_uri') ?? '-')).toBe(true)
      },
    ),
    { numRuns: 800 * times },
  )
})

test('a form of a page with its fields mutated, in the browser that it was made for', {
  timeout: 120_000 * times,
}, async () => {
  const field = fc.oneof(
    fc.constant(''),
    fc.nat().map(at => `mutate ${at}`),
  )
  const action = fc.constantFrom('/consent', '/select-account', '/logout')
  await fc.assert(
    fc.asyncProperty(field, pairs, action, async (mutation, more, path) => {
      const at = Number(mutation.slice(7)) % parked.length
      const mutated =
        mutation === '' ? '' : parked.slice(0, at) + (parked[at] === 'x' ? 'y' : 'x') + parked.slice(at + 1)
      const others = more.filter(([key]) => key !== 'parked')
      const answer = await send(server.issuer + path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: alice },
        body: encode([['parked', mutated], ['consent', 'allow'], ...others]),
      })
      if (path !== '/logout') expect(answer.status).toBe(400)
      await judge(answer)
    }),
    { numRuns: 300 * times },
  )
})

test('a token with any one character exchanged is none', { timeout: 120_000 * times }, async () => {
  const { access_token, refresh_token } = await obtainTokens(server.issuer)
  const fresh = await obtainCode(server.issuer)
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'
  await fc.assert(
    fc.asyncProperty(fc.nat(2), fc.nat(), fc.constantFrom(...letters), async (which, at, letter) => {
      const token = [access_token, refresh_token, fresh][which] ?? ''
      const cut = at % token.length
      fc.pre(token[cut] !== letter)
      const mutated = token.slice(0, cut) + letter + token.slice(cut + 1)
      const bearer = await send(`${server.issuer}/userinfo`, { headers: { authorization: `Bearer ${mutated}` } })
      expect(bearer.status).toBe(401)
      for (const [grant_type, member] of [
        ['refresh_token', 'refresh_token'],
        ['authorization_code', 'code'],
      ] as const) {
        const body = encode([
          ['grant_type', grant_type],
          [member, mutated],
          ['code_verifier', verifier],
        ])
        const headers = { ...basic('web'), 'content-type': 'application/x-www-form-urlencoded' }
        const answer = await send(`${server.issuer}/token`, { method: 'POST', headers, body })
        expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
      }
    }),
    { numRuns: 300 * times },
  )
})

test('whatever is typed into the sign-in page', { timeout: 120_000 * times }, async () => {
  const browser = openBrowser()
  const page = await browser.get(authorizeUrl(server.issuer))
  const typed = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom(...marker),
    fc.constantFrom('alice', 'ALICE', ''),
  )
  await fc.assert(
    fc.asyncProperty(typed, typed, async (login, word) => {
      const answer = await browser.submit(page, '/sign-in', {
        login: login.toWellFormed(),
        password: word.toWellFormed(),
      })
      expect([400, 429]).toContain(answer.status)
      expect(answer.html.replace(ourScript, '')).not.toMatch(/<script|<x-marker|" x-marker="/)
    }),
    { numRuns: 100 * times },
  )
})
