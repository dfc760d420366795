import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sessionOf } from '../accounts/support.ts'
import { authorizeUrl, type Browser, openBrowser, type Page, signIn } from '../support/browser.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { introspect, obtainTokens, redeem } from '../support/token.ts'
import { opaqueApi, world } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
beforeEach(() => {
  server.clock.pass(900)
})
afterAll(() => server.close())

const url = (changes: Record<string, string | undefined> = {}) => authorizeUrl(server.issuer, changes)
const firstParty = { client_id: 'first-party', redirect_uri: 'http://127.0.0.1:5005/callback' }
const codeOf = ({ location }: Pick<Page, 'location'>) => location?.searchParams.get('code') ?? undefined
const allow = (browser: Browser, page: Page, more: Record<string, string> = {}) =>
  browser.submit(page, '/consent', { consent: 'allow', ...more })
const codes = () => readRows(server.data_dir, 'codes').length
const sessionName = () => `grantwise-session-${new URL(server.issuer).port}`
const foreign = 'Start again from the app - Grantwise'

/** Somebody before the page that asks for consent. */
async function asked(login = 'alice', changes: Record<string, string> = {}) {
  const browser = openBrowser()
  const page = await signIn(browser, await browser.get(url({ prompt: 'consent', ...changes })), login)
  expect(page.html).toContain('name="consent"')
  return { browser, page }
}

/** Whose account the code is for, by its login. */
async function ownerOf(code: string | undefined): Promise<unknown> {
  const { body } = await redeem(server.issuer, code ?? '')
  return decodeJwt(String(body['id_token']))['preferred_username']
}

describe('DESIGN §5 rule 5: a parked request is bound to the browser that began it', () => {
  test('login CSRF: a page that the attacker began signs nobody in, with a cookie of the victim’s own or none', async () => {
    const attacker = openBrowser()
    const page = await attacker.get(url(firstParty))
    const signedIn = openBrowser()
    await obtainTokens(server.issuer, {}, signedIn)
    const visited = openBrowser()
    await visited.get(url())
    for (const victim of [openBrowser(), visited, signedIn]) {
      const before = new Map(victim.cookies)
      expect(await signIn(victim, page, 'bob')).toMatchObject({ status: 400, title: foreign, location: undefined })
      expect(sessionOf(victim)).toBe(before.get(sessionName()))
    }
    expect((await signIn(attacker, page, 'bob')).status).toBe(303)
  })

  test('code injection: the consent page of an attacker, sent to a victim, gives no code', async () => {
    const { page } = await asked('bob')
    const { browser: victim } = await asked('alice')
    const before = codes()
    expect(await allow(victim, page)).toMatchObject({ status: 400, title: foreign, location: undefined })
    expect(codes()).toBe(before)
  })

  test('a field that was tampered with is refused', async () => {
    const { browser, page } = await asked()
    const parked = page.parked ?? ''
    const flip = (at: number) => parked.slice(0, at) + (parked[at] === 'A' ? 'B' : 'A') + parked.slice(at + 1)
    const { page: other } = await asked('bob')
    const halves = parked.slice(0, parked.length >> 1) + (other.parked ?? '').slice(parked.length >> 1)
    const tampered = [
      undefined,
      '',
      'x',
      parked.slice(1),
      parked.slice(0, -4),
      flip(3),
      flip(parked.length >> 1),
      parked + parked,
      halves,
      `${parked}=`,
      ` ${parked}`,
    ]
    for (const field of tampered) expect((await allow(browser, { ...page, parked: field })).status).toBe(400)
    expect(codeOf(await allow(browser, page))).toBeTruthy()
  })

  test('the field of a sign-out is none of a sign-in, and the other way round', async () => {
    const { browser, page } = await asked()
    const logoutPage = await browser.get(`${server.issuer}/logout`)
    expect(logoutPage.parked).toBeTruthy()
    expect((await browser.submit(page, '/logout', { logout: 'yes' })).status).toBe(400)
    expect((await allow(browser, logoutPage)).status).toBe(400)
    expect((await browser.get(`${server.issuer}/account`)).title).toContain('Your account')
  })
})

describe('DESIGN §3: a parked request is answered once', () => {
  test('and gives no second code, a restart in between or not', async () => {
    const { browser, page } = await asked()
    const first = codeOf(await allow(browser, page))
    for (let again = 0; again < 2; again++) {
      const { location } = await allow(browser, page)
      expect(location?.searchParams.get('error')).toBe('access_denied')
      expect(location?.searchParams.has('code')).toBe(false)
      server = await server.restart()
    }
    expect((await redeem(server.issuer, first ?? '')).status).toBe(200)
  })

  test('of twenty submits at once one gives a code', async () => {
    const { browser, page } = await asked()
    const answers = await Promise.all(Array.from({ length: 20 }, () => allow(browser, page)))
    expect(answers.filter(codeOf)).toHaveLength(1)
  })

  test('by whichever of its pages: back to the one before, it gives no second code', async () => {
    const browser = openBrowser()
    const page = await browser.get(url({ ...firstParty, prompt: 'select_account' }))
    const answer = await signIn(browser, page)
    expect(codeOf(answer)).toBeTruthy()
    const again = await signIn(browser, page)
    expect(again.location?.searchParams.get('error')).toBe('access_denied')
    expect(codeOf(again)).toBeUndefined()
  })

  test('a copy of the page in another tab is the same request', async () => {
    const browser = openBrowser()
    const signInPage = await browser.get(url({ prompt: 'consent' }))
    const tabs = [await signIn(browser, signInPage), await signIn(browser, signInPage)]
    const answers = [await allow(browser, tabs[1] as Page), await allow(browser, tabs[0] as Page)]
    expect(answers.filter(codeOf)).toHaveLength(1)
  })
})

describe('OIDC Core §3.1.2.4: an "Allow" is that of the one who was shown the page', () => {
  test('somebody else signed in meanwhile, in another tab: they are asked themselves', async () => {
    const { browser, page } = await asked('alice')
    await signIn(browser, await browser.get(url({ prompt: 'login', state: 'other-tab' })), 'bob')
    const choice = await allow(browser, page)
    expect(codeOf(choice)).toBeUndefined()
    expect(choice.title).toMatch(/^Choose an account/)
    const account = /name="account" value="([^"]+)"/.exec(choice.html)?.[1] ?? ''
    const answer = await browser.submit(choice, '/select-account', { account })
    expect(answer.html).toContain('name="consent"')
    expect(answer.html).toContain('bob')
    expect(await ownerOf(codeOf(await allow(browser, answer)))).toBe('bob')
  })

  test('nor is an account chosen by anybody but the one whose name was shown', async () => {
    const { browser } = await asked('alice')
    const choice = await browser.get(url({ ...firstParty, prompt: 'select_account' }))
    await signIn(browser, await browser.get(url({ prompt: 'login', state: 'other-tab' })), 'bob')
    const answer = await browser.submit(choice, '/select-account', { account: 'current' })
    expect(codeOf(answer)).toBeUndefined()
    expect(answer.title).toMatch(/^Choose an account/)
    expect(answer.html).toContain('bob')
  })

  test('the session of B in the place of A’s: no code for A, and none for B unasked', async () => {
    const { browser, page } = await asked('alice')
    const { browser: bob } = await asked('bob')
    browser.cookies.set(sessionName(), sessionOf(bob) ?? '')
    const answer = await allow(browser, page)
    expect(codeOf(answer)).toBeUndefined()
    expect(answer.html).not.toContain('alice')
  })

  test('signed out before "Allow" is pressed: who is there is asked', async () => {
    const { browser, page } = await asked('alice')
    browser.cookies.delete(sessionName())
    const answer = await allow(browser, page)
    expect(codeOf(answer)).toBeUndefined()
    expect(answer.title).toContain('Sign in')
    // At a shared machine somebody else goes on: it is theirs now, and asked anew.
    const next = await signIn(browser, answer, 'bob')
    expect(next.html).toContain('name="consent"')
    expect(next.html).toContain('bob')
  })

  test('what A allowed is not remembered for B', async () => {
    const { browser, page } = await asked('alice', {
      client_id: 'other-web',
      redirect_uri: 'http://127.0.0.1:5002/callback',
      resource: opaqueApi,
    })
    await allow(browser, page)
    const bob = openBrowser()
    const other = await signIn(
      bob,
      await bob.get(
        url({ client_id: 'other-web', redirect_uri: 'http://127.0.0.1:5002/callback', resource: opaqueApi }),
      ),
      'bob',
    )
    expect(other.html).toContain('name="consent"')
  })
})

describe('OIDC Core §3.1.2.4: an "Allow" allows exactly what was shown', () => {
  const widened: Readonly<Record<string, string>> = {
    scope: 'openid email profile offline_access profile:read catalog:read',
    shown: 'openid email profile:read',
    consented: 'profile:read',
    claims: '{"userinfo":{"email":null},"id_token":{"email":null}}',
    resource: 'https://opaque.example.com',
    audience: 'https://opaque.example.com',
    client_id: 'other-web',
    redirect_uri: 'http://127.0.0.1:5002/callback',
    response_type: 'token',
    response_mode: 'fragment',
    state: 'evil',
    nonce: 'evil',
    code_challenge: 'x'.repeat(43),
    prompt: 'none',
    login: 'bob',
    sub: 'bob',
    progress: '{"consent":{"scope":["profile:read"]}}',
    id: '0'.repeat(20),
  }

  let alice: Browser
  let sub: string | undefined
  beforeAll(async () => {
    alice = (await asked('alice')).browser
    sub = (await server.data.store.accountByLogin('alice'))?.sub
  })

  test.each(Object.entries(widened))('whatever is posted beside it: %s', async (name, value) => {
    const page = await alice.get(url({ prompt: 'consent', scope: 'openid' }))
    const { location } = await allow(alice, page, { [name]: value })
    expect(location?.href).toMatch(/^http:\/\/127\.0\.0\.1:5001\/callback\?code=[^&]+&state=state-1&iss=/)
    const { body } = await redeem(server.issuer, location?.searchParams.get('code') ?? '')
    expect(body['scope']).toBe('openid')
    const claims = decodeJwt(String(body['id_token']))
    expect(claims).toMatchObject({ aud: 'web', nonce: 'nonce-1', sub })
    expect(claims).not.toHaveProperty('email')
    expect((await introspect(server.issuer, String(body['access_token']))).body).toMatchObject({ client_id: 'web' })
  })

  test.each(Object.entries(widened).filter(([name]) => name !== 'login'))(
    'or beside a sign-in: %s',
    async (name, value) => {
      const browser = openBrowser()
      const page = await browser.get(url({ ...firstParty, scope: 'openid' }))
      const answer = await browser.submit(page, '/sign-in', {
        login: 'alice',
        password: 'correct horse battery staple',
        [name]: value,
      })
      expect(answer.location?.href).toMatch(/^http:\/\/127\.0\.0\.1:5005\/callback\?code=[^&]+&state=state-1&iss=/)
    },
  )

  test('the page of a sign-in or of a choice is none on which anything was shown', async () => {
    const browser = openBrowser()
    const signInPage = await browser.get(url({ prompt: 'consent' }))
    await signIn(browser, signInPage)
    const choice = await browser.get(url({ prompt: 'select_account consent' }))
    for (const page of [signInPage, choice]) expect(codeOf(await allow(browser, page))).toBeUndefined()
  })

  test('a narrow page answers no wide request of the same app', async () => {
    const { browser, page } = await asked('bob', { scope: 'openid', ...firstParty })
    await allow(browser, page)
    const wide = await browser.get(url({ ...firstParty, prompt: 'consent', scope: 'openid email' }))
    expect(wide.html).toContain('name="consent"')
  })
})

describe('docs/decisions/0005: between the page and its answer', () => {
  const [web] = world.clients
  const tenant = { ...web, client_id: 'tenant', redirect_uris: ['http://127.0.0.1:5061/callback'] }
  const own = { client_id: 'tenant', redirect_uri: 'http://127.0.0.1:5061/callback' }

  test('an address that was taken from the client is answered no more', async () => {
    await server.apply({ clients: [tenant] })
    const { browser, page } = await asked('alice', own)
    await server.apply({ clients: [{ ...tenant, redirect_uris: ['http://127.0.0.1:5062/callback'] }] })
    for (const fields of [{ consent: 'allow' }, { consent: 'deny' }]) {
      expect(await browser.submit(page, '/consent', fields)).toMatchObject({ status: 400, location: undefined })
    }
  })

  test('a scope that was taken from the client is not granted', async () => {
    await server.apply({ clients: [tenant] })
    const { browser, page } = await asked('alice', { ...own, scope: 'openid email' })
    await server.apply({ clients: [{ ...tenant, scope: 'openid' }] })
    const { location } = await allow(browser, page)
    const families = readRows(server.data_dir, 'families').filter(row => row['client_id'] === 'tenant')
    expect(location?.searchParams.has('code')).toBe(true)
    expect(families.at(-1)?.['scope']).toBe('openid')
  })
})
