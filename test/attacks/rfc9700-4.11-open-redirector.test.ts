import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../../src/http/routes.ts'
import { authorize, authorizeUrl, type Browser, openBrowser, type Page } from '../support/browser.ts'
import { withDevices } from '../support/device.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, codeFields, obtainTokens, post, type Tokens } from '../support/token.ts'
import { otherSecret, world } from '../support/world.ts'
import { everyFormOptions, formKinds } from './forms.ts'
import { loopbackTricks, schemeTricks, type Trick, webTricks } from './redirect-tricks.ts'

const [web, otherWeb, , , native] = world.clients
const registered = {
  name: 'https://app.example.com/goodbye',
  loopback: 'http://127.0.0.1:5001/',
  scheme: 'com.example.app:/goodbye',
}
const clients = [
  { ...web, post_logout_redirect_uris: [registered.name, registered.loopback] },
  { ...otherWeb, post_logout_redirect_uris: ['http://127.0.0.1:5002/'] },
  { ...native, post_logout_redirect_uris: [registered.scheme] },
]

let server: TestServer
/** Alice, signed in; what a redirect that is refused leaves her. */
let alice: Browser
let tokens: Tokens
beforeAll(async () => {
  const others = world.clients.filter(({ client_id }) => !clients.some(it => it.client_id === client_id))
  const document = withDevices({ ...world, clients: [...clients, ...others] })
  server = await startServer({ ...everyFormOptions, document })
  alice = openBrowser()
  tokens = await obtainTokens(server.issuer, { scope: 'openid' }, alice)
})
afterAll(() => server.close())

const evil = 'https://evil.example/'
const logout = (params: Record<string, string>, browser = alice) =>
  browser.get(`${server.issuer}/logout?${new URLSearchParams(params)}`)
const isSignedIn = async () => (await alice.get(`${server.issuer}/account`)).title?.startsWith('Your account')

function expectKept({ status, location, html, headers }: Page): void {
  expect({ status, location }).toEqual({ status: 400, location: undefined })
  expect(headers.get('refresh')).toBeNull()
  for (const [, address] of html.matchAll(/\s(?:href|src|action|formaction)="([^"]*)"/g))
    expect(address).toMatch(/^\/(?!\/)/)
}

const attacks: readonly (readonly [string, string, readonly Trick[]])[] = [
  ['web', registered.name, webTricks(registered.name)],
  ['web', registered.loopback, loopbackTricks(5001, '/')],
  ['native', registered.scheme, schemeTricks(registered.scheme)],
]

describe.each(attacks)('OIDC RP-Initiated Logout §3: sign-out of %s, which registered %s', (client_id, own, tricks) => {
  // Of some addresses a trick of the path is the address itself.
  test.each(tricks.filter(([, uri]) => uri !== own))(
    '%s: %j reaches nobody',
    async (_what, post_logout_redirect_uri) => {
      expectKept(await logout({ client_id, post_logout_redirect_uri, state: evil }))
      expectKept(await logout({ client_id, post_logout_redirect_uri }, openBrowser()))
      if (client_id === 'web') expectKept(await logout({ id_token_hint: tokens.id_token, post_logout_redirect_uri }))
    },
  )
})

test('of all that, nothing signed her out', async () => {
  expect(await isSignedIn()).toBe(true)
})

describe('OIDC RP-Initiated Logout §2: the hint of another', () => {
  test('of another client leads to none of the first one’s addresses, and the other way round', async () => {
    const browser = openBrowser()
    const other = { client_id: 'other-web', redirect_uri: 'http://127.0.0.1:5002/callback', scope: 'openid' }
    const code = (await authorize(browser, authorizeUrl(server.issuer, other), 'bob')).get('code') ?? ''
    const { body } = await post(
      `${server.issuer}/token`,
      codeFields(code, { redirect_uri: other.redirect_uri }),
      basic('other-web', otherSecret),
    )
    const theirs = String(body['id_token'])
    expectKept(await logout({ id_token_hint: theirs, post_logout_redirect_uri: registered.loopback }))
    expectKept(await logout({ id_token_hint: theirs, client_id: 'web', post_logout_redirect_uri: registered.loopback }))
    expectKept(await logout({ id_token_hint: tokens.id_token, post_logout_redirect_uri: 'http://127.0.0.1:5002/' }))
    expectKept(await logout({ id_token_hint: tokens.id_token, client_id: 'other-web' }))
  })

  test('of another user signs nobody out and sends nobody on: who is there is asked', async () => {
    const bob = openBrowser()
    await authorize(bob, authorizeUrl(server.issuer, { scope: 'openid' }), 'bob')
    const page = await logout({ id_token_hint: tokens.id_token, post_logout_redirect_uri: registered.loopback }, bob)
    expect(page).toMatchObject({ status: 200, location: undefined })
    expect(page.html).toContain('name="logout" value="yes"')
    expect((await bob.get(`${server.issuer}/account`)).title).toContain('Your account')
  })

  test.each([
    ['unsigned', (hint: string) => `${hint.split('.').slice(0, 2).join('.')}.`],
    [
      'of another issuer',
      () =>
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"iss":"https://evil.example"}').toString('base64url')}.`,
    ],
    ['an access token', () => tokens.access_token],
  ])('that is %s leads nowhere', async (_what, of) => {
    expectKept(await logout({ id_token_hint: of(tokens.id_token), post_logout_redirect_uri: registered.loopback }))
  })
})

test('OIDC RP-Initiated Logout §2: nobody adds an address between the question and its answer', async () => {
  const page = await logout({ client_id: 'web' })
  const browser = openBrowser()
  for (const [name, value] of alice.cookies) browser.cookies.set(name, value)
  const done = await browser.submit(page, '/logout', { logout: 'yes', post_logout_redirect_uri: evil, state: evil })
  expect(done.location).toBeUndefined()
  expect(done.html).not.toContain('evil')
  tokens = await obtainTokens(server.issuer, { scope: 'openid' }, alice)
})

/** Names under which servers have taken an address to go on to. */
const names = [
  ...['return_to', 'returnTo', 'return', 'return_url', 'returnUrl', 'ReturnUrl', 'next', 'continue', 'redirect'],
  ...[
    'redirect_to',
    'redirect_url',
    'redirectUrl',
    'redirect_uri',
    'url',
    'uri',
    'target',
    'dest',
    'destination',
    'goto',
  ],
  ...[
    'callback',
    'callback_url',
    'success_url',
    'back',
    'service',
    'RelayState',
    'from',
    'ref',
    'out',
    'view',
    'path',
    'q',
  ],
  ...['post_logout_redirect_uri', 'target_link_uri', 'iss', 'client_uri', 'logo_uri', 'error_uri', 'origin', 'referer'],
]
const detours = Object.fromEntries(names.map(name => [name, evil]))
const leadsAway = (location: URL | undefined) =>
  location?.href.includes('evil') && !location.href.startsWith(`${server.issuer}/`)

describe('RFC 9700 §4.11.2: no parameter says where to go on', () => {
  const paths = routes.filter(({ GET }) => GET).map(({ path }) => path.replace(/:\w+/, 'x'))

  test.each(paths)('GET %s, by whoever is signed in or is not', async path => {
    for (const browser of [alice, openBrowser()]) {
      const { location, headers, html } = await browser.get(`${server.issuer}${path}?${new URLSearchParams(detours)}`, {
        referer: evil,
      })
      expect(leadsAway(location)).not.toBe(true)
      expect(headers.get('refresh')).toBeNull()
      expect(html).not.toMatch(/(href|action|src)="[^"]*evil/)
    }
  })

  // What the form carries of its own counts, and nothing besides.
  test.each(Object.entries(formKinds))('%s', async (_name, kind) => {
    const { browser, url, hidden, fields, happened } = await kind.open(server, 'bob')
    const own = { ...detours, ...hidden, ...fields }
    const answer = await browser.post(`${url}?${new URLSearchParams(detours)}`, own, { referer: evil })
    expect(happened()).toBe(true)
    expect(leadsAway(answer.location)).not.toBe(true)
    expect(answer.html).not.toMatch(/(href|action|src)="[^"]*evil/)
    // RFC 9700 §4.12: a password is never posted on to where the redirect leads.
    expect([200, 303]).toContain(answer.status)
  })
})

describe('RFC 9700 §4.11.2: an app’s own request is answered at its own address', () => {
  test.each(Object.keys(detours).filter(name => name !== 'redirect_uri'))('whatever %s says', async name => {
    const { location } = await alice.get(authorizeUrl(server.issuer, { scope: 'openid', [name]: evil }))
    expect(location?.href).toMatch(/^http:\/\/127\.0\.0\.1:5001\/callback\?code=/)
    expect(location?.href).not.toContain('evil')
  })
})
