import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { authorizeUrl, type Browser, openBrowser, type Page, signIn } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainTokens, redeem } from '../support/token.ts'

const acr = 'urn:grantwise:acr:password'

let server: TestServer
/** A browser in which alice signed in an hour ago, and what her ID Token said. */
let browser: Browser
let first: ReturnType<typeof decodeJwt>
beforeAll(async () => {
  server = await startServer()
})
beforeEach(async () => {
  browser = openBrowser()
  first = decodeJwt((await obtainTokens(server.issuer, {}, browser)).id_token)
  server.clock.pass(3600)
})
afterAll(() => server.close())

const ask = (changes: Record<string, string>) => browser.get(authorizeUrl(server.issuer, changes))
const errorOf = ({ location }: Page) => location?.searchParams.get('error')

/** What the ID Token says that an answer leads to. */
async function claimsOf({ location, title }: Page): Promise<ReturnType<typeof decodeJwt>> {
  const code = location?.searchParams.get('code')
  if (!code) throw new Error(`no code: ${location?.search ?? title}`)
  return decodeJwt(String((await redeem(server.issuer, code)).body['id_token']))
}

const questions = [
  ['prompt=login', { prompt: 'login' }],
  ['max_age=0', { max_age: '0' }],
  ['max_age that has passed', { max_age: '600' }],
] as const

test.each(questions)(
  'OIDC Core §3.1.2.1: %s asks for the password, and auth_time and sid are new',
  async (_of, asked) => {
    const page = await ask(asked)
    expect(page.html).toContain('id="password"')
    const again = await claimsOf(await signIn(browser, page))
    expect(again).toMatchObject({ sub: first.sub, auth_time: server.clock.now(), acr, amr: ['pwd'] })
    expect(again['auth_time']).toBe(Number(first['auth_time']) + 3600)
    expect(again['sid']).not.toBe(first['sid'])
  },
)

test.each(questions)(
  'OIDC Core §3.1.2.1: %s: the page knows who it was, and wants the password alone',
  async (_of, asked) => {
    const { html } = await ask(asked)
    expect(html).toMatch(/id="login"[^>]* value="alice"/)
    expect(html).toMatch(/id="password"[^>]* autofocus/)
    expect((await ask({ ...asked, login_hint: 'bob' })).html).toMatch(/id="login"[^>]* value="bob"/)
  },
)

test.each(questions)(
  'OIDC Core §3.1.2.1: %s without the password: no code, and the session is as it was',
  async (_of, asked) => {
    const page = await ask(asked)
    expect((await signIn(browser, page, 'alice', 'wrong')).status).toBe(400)
    const { location } = await browser.submit(page, '/sign-in', { cancel: 'yes' })
    expect(location?.searchParams.get('error')).toBe('access_denied')
    expect(await claimsOf(await ask({ prompt: 'none' }))).toMatchObject({
      auth_time: first['auth_time'],
      sid: first['sid'],
    })
  },
)

test('OIDC Core §3.1.2.1: max_age that has not passed asks nothing, and auth_time says when it was', async () => {
  expect(await claimsOf(await ask({ max_age: '3600' }))).toMatchObject({ auth_time: first['auth_time'] })
})

test('OIDC Core §3.1.2.6: prompt=none cannot sign anybody in again', async () => {
  expect(errorOf(await ask({ prompt: 'none', max_age: '600' }))).toBe('login_required')
  expect(errorOf(await ask({ prompt: 'none login' }))).toBe('invalid_request')
})

test.each(['urn:example:gold', `urn:example:gold ${acr}`, acr, '0'])(
  'OIDC Core §3.1.2.1: acr_values=%s is a wish: the ID Token says which acr was reached',
  async acr_values => {
    expect(await claimsOf(await ask({ acr_values, prompt: 'none' }))).toMatchObject({ acr })
  },
)

const asAcr = (request: unknown) => JSON.stringify({ id_token: { acr: request } })

test.each([
  ['no value', { essential: true }],
  ['the value', { essential: true, value: acr }],
  ['one of the values', { essential: true, values: ['urn:example:gold', acr] }],
  ['another value, as a wish', { value: 'urn:example:gold' }],
])('OIDC Core §5.5.1.1: an essential acr of %s is met', async (_of, request) => {
  expect(await claimsOf(await ask({ claims: asAcr(request), prompt: 'none' }))).toMatchObject({ acr })
})

test.each([
  ['another value', { essential: true, value: 'urn:example:gold' }],
  ['none of the values', { essential: true, values: ['urn:example:gold', 'urn:example:silver'] }],
])(
  'OIDC Core §5.5.1.1: an essential acr of %s is a failed sign-in, told to the client at once',
  async (_of, request) => {
    for (const prompt of ['none', 'login', 'consent']) {
      const answer = await ask({ claims: asAcr(request), prompt })
      expect(errorOf(answer)).toBe('unmet_authentication_requirements')
      expect(answer.location?.searchParams.get('state')).toBe('state-1')
    }
  },
)
