import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { authorize, authorizeUrl, type Browser, openBrowser, type Page, signIn } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { codeFields, obtainTokens, redeem } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

/** A browser in which alice has signed in to `web` and consented. */
let browser: Browser
let id_token: string
beforeEach(async () => {
  browser = openBrowser()
  ;({ id_token } = await obtainTokens(server.issuer, {}, browser))
})

const ask = (changes: Record<string, string | undefined>, of: Browser = browser) =>
  of.get(authorizeUrl(server.issuer, changes))
const kindOf = ({ location, title = '' }: Page) =>
  location ? (location.searchParams.get('error') ?? 'code') : /^\w+/.exec(title)?.[0]

test('OIDC Core §3.1.2.3: who is signed in and has consented sees no page', async () => {
  expect(kindOf(await ask({}))).toBe('code')
  expect(kindOf(await ask({ prompt: 'none' }))).toBe('code')
})

test('OIDC Core §3.1.2.1: prompt=login asks again, and auth_time is new', async () => {
  server.clock.pass(100)
  const page = await ask({ prompt: 'login' })
  expect(kindOf(page)).toBe('Sign')
  const { location } = await signIn(browser, page)
  const { body } = await redeem(server.issuer, location?.searchParams.get('code') ?? '')
  expect(decodeJwt(String(body['id_token']))['auth_time']).toBe(server.clock.now())
})

test('OIDC Core §3.1.2.1: prompt=consent asks again, of a first-party client too', async () => {
  const page = await ask({ prompt: 'consent' })
  expect(kindOf(page)).toBe('Allow')
  expect(kindOf(await browser.submit(page, '/consent', { consent: 'allow' }))).toBe('code')
  const firstParty = { client_id: 'first-party', redirect_uri: 'http://127.0.0.1:5005/callback' }
  expect(kindOf(await ask(firstParty))).toBe('code')
  expect(kindOf(await ask({ ...firstParty, prompt: 'consent' }))).toBe('Allow')
})

test('OIDC Core §3.1.2.1: prompt=select_account names who is signed in, who may go on', async () => {
  const page = await ask({ prompt: 'select_account' })
  expect(kindOf(page)).toBe('Choose')
  expect(page.html).toContain('alice')
  expect(kindOf(await browser.submit(page, '/select-account', { account: 'current' }))).toBe('code')
})

test('OIDC Core §3.1.2.1: "Continue as alice" goes on as alice, whoever signed in since', async () => {
  const page = await ask({ prompt: 'select_account' })
  await signIn(browser, await ask({ prompt: 'login', state: 'other-tab' }), 'bob')
  const again = await browser.submit(page, '/select-account', { account: 'current' })
  expect(kindOf(again)).toBe('Choose')
  expect(again.html).toContain('bob')
})

test('OIDC Core §3.1.2.1: prompt=select_account lets another account sign in', async () => {
  const page = await ask({ prompt: 'select_account' })
  const form = await browser.submit(page, '/select-account', { account: 'other' })
  expect(kindOf(form)).toBe('Sign')
  const consent = await signIn(browser, form, 'bob')
  expect(kindOf(consent)).toBe('Allow')
  const { location } = await browser.submit(consent, '/consent', { consent: 'allow' })
  const { body } = await redeem(server.issuer, location?.searchParams.get('code') ?? '')
  expect(decodeJwt(String(body['id_token']))['preferred_username']).toBe('bob')
})

test('OIDC Core §3.1.2.1: prompt=select_account with nobody signed in is a sign-in', async () => {
  const page = await ask({ prompt: 'select_account' }, openBrowser())
  expect(kindOf(page)).toBe('Sign')
})

test('OIDC Core §3.1.2.1: cancelling the choice of an account is access_denied', async () => {
  const page = await ask({ prompt: 'select_account' })
  expect(kindOf(await browser.submit(page, '/select-account', { cancel: 'yes' }))).toBe('access_denied')
})

test('OIDC Core §3.1.2.1: prompts together are each asked', async () => {
  const page = await ask({ prompt: 'login consent' })
  expect(kindOf(page)).toBe('Sign')
  expect(kindOf(await signIn(browser, page))).toBe('Allow')
})

test('OIDC Core §3.1.2.1: on the consent page, "Not you?" leads to another account', async () => {
  const page = await ask({ prompt: 'consent' })
  const form = await browser.submit(page, '/consent', { account: 'other' })
  expect(kindOf(form)).toBe('Sign')
  expect(kindOf(await signIn(browser, form, 'bob'))).toBe('Allow')
})

test.each([
  ['nobody is signed in', {}, true, 'login_required'],
  ['max_age has passed', { max_age: '0' }, false, 'login_required'],
  ['a scope was not consented to', { scope: 'openid catalog:read' }, false, 'consent_required'],
  ['another user is meant', { id_token_hint: 'of bob' }, false, 'login_required'],
])('OIDC Core §3.1.2.6: prompt=none when %s', async (_when, changes: Record<string, string>, stranger, error) => {
  const hint = changes['id_token_hint'] === undefined ? {} : { id_token_hint: await tokenOf('bob') }
  const page = await ask({ prompt: 'none', ...changes, ...hint }, stranger ? openBrowser() : browser)
  expect(page.status).toBe(302)
  expect(kindOf(page)).toBe(error)
  expect(page.location?.searchParams.get('state')).toBe('state-1')
})

test.each(['create', 'none login', 'login none', 'NONE', 'login,consent'])(
  'OIDC Core §3.1.2.1: prompt=%j is invalid_request',
  async prompt => {
    expect(kindOf(await ask({ prompt }))).toBe('invalid_request')
  },
)

test('OIDC Core §3.1.2.1: max_age counts from the sign-in, to the second', async () => {
  server.clock.pass(60)
  expect(kindOf(await ask({ max_age: '60' }))).toBe('code')
  expect(kindOf(await ask({ max_age: '59' }))).toBe('Sign')
})

test('OIDC Core §3.1.2.1: max_age=0 always asks', async () => {
  const page = await ask({ max_age: '0' })
  expect(kindOf(page)).toBe('Sign')
  expect(kindOf(await signIn(browser, page))).toBe('code')
})

test('OIDC Registration §2: default_max_age stands in for max_age, which wins', async () => {
  await server.apply({
    clients: [
      {
        client_id: 'careful',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1:5023/callback'],
        scope: 'openid',
        default_max_age: 10,
        grantwise: { runs_on: 'server', acts_for: ['user'], first_party: true },
      },
    ],
  })
  server.clock.pass(11)
  const careful = { client_id: 'careful', redirect_uri: 'http://127.0.0.1:5023/callback', scope: 'openid' }
  expect(kindOf(await ask(careful))).toBe('Sign')
  expect(kindOf(await ask({ ...careful, max_age: '60' }))).toBe('code')
})

test.each(['-1', '1.5', '1e3', 'x', '99999999999'])(
  'OIDC Core §3.1.2.1: max_age=%s is invalid_request',
  async max_age => {
    expect(kindOf(await ask({ max_age }))).toBe('invalid_request')
  },
)

test('OIDC Core §3.1.2.1: login_hint is filled in, as text', async () => {
  const page = await ask({ login_hint: 'bob"><script>' }, openBrowser())
  expect(page.html).toContain('value="bob&quot;>&lt;script>"')
  expect(page.html).not.toContain('<script')
})

test('OIDC Core §3.1.2.1: id_token_hint of the one who is signed in changes nothing', async () => {
  expect(kindOf(await ask({ id_token_hint: id_token, prompt: 'none' }))).toBe('code')
})

test('OIDC Core §3.1.2.1: an id_token_hint may have expired', async () => {
  server.clock.pass(7200)
  expect(kindOf(await ask({ id_token_hint: id_token, prompt: 'none' }))).toBe('code')
})

test('OIDC Core §3.1.2.1: id_token_hint of another asks for that one, and takes nobody else', async () => {
  const hint = await tokenOf('bob')
  const page = await ask({ id_token_hint: hint })
  expect(kindOf(page)).toBe('Sign')
  expect(kindOf(await signIn(browser, page, 'alice'))).toBe('login_required')
  const again = await ask({ id_token_hint: hint })
  expect(kindOf(await signIn(browser, again, 'bob'))).toBe('code')
})

test('OIDC Core §3.1.2.1: an id_token_hint that is none of ours is invalid_request', async () => {
  const { access_token } = await obtainTokens(server.issuer, {}, browser)
  const [header, payload = '', signature] = id_token.split('.')
  const forged = Buffer.from(JSON.stringify({ ...decodeJwt(id_token), sub: 'x' })).toString('base64url')
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
  const garbage = ['garbage', 'a.b.c', access_token, `${header}.${forged}.${signature}`, `${none}.${payload}.`]
  for (const id_token_hint of garbage) expect(kindOf(await ask({ id_token_hint }))).toBe('invalid_request')
})

test('OIDC Core §5.5.1: a sub value in claims takes only that user', async () => {
  const claims = (sub: unknown) => JSON.stringify({ id_token: { sub: { value: sub } } })
  expect(kindOf(await ask({ claims: claims(decodeJwt(id_token).sub), prompt: 'none' }))).toBe('code')
  expect(kindOf(await ask({ claims: claims('somebody else'), prompt: 'none' }))).toBe('login_required')
})

test('OIDC Core §5.5.1: id_token_hint and a sub value that differ fit nobody', async () => {
  const claims = JSON.stringify({ id_token: { sub: { value: 'somebody else' } } })
  expect(kindOf(await ask({ claims, id_token_hint: id_token, prompt: 'none' }))).toBe('login_required')
})

test('OIDC Core §3.1.2.1: a wrong password on the way keeps what was asked', async () => {
  const page = await ask({ prompt: 'login' })
  const wrong = await signIn(browser, page, 'alice', 'wrong')
  expect(wrong.status).toBe(400)
  const { location } = await signIn(browser, wrong)
  expect(location?.searchParams.get('state')).toBe('state-1')
  const code = location?.searchParams.get('code') ?? ''
  expect((await redeem(server.issuer, code, codeFields(code))).status).toBe(200)
})

async function tokenOf(login: string): Promise<string> {
  const params = await authorize(openBrowser(), authorizeUrl(server.issuer), login)
  return String((await redeem(server.issuer, params.get('code') ?? '')).body['id_token'])
}
