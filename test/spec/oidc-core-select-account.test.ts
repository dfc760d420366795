import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { account, newPassword } from '../accounts/support.ts'
import { addAccount, authorizeUrl, type Browser, openBrowser, type Page, signIn } from '../support/browser.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainTokens, redeem } from '../support/token.ts'
import { password, world } from '../support/world.ts'

const more = ['carol', 'dave', 'erin', 'frank']
const home = 'http://127.0.0.1:5001/'

let server: TestServer
/** A browser in which alice signed in an hour ago, and then bob besides. */
let browser: Browser
let alice: string
let bob: string
beforeAll(async () => {
  const users = [...world.users, ...more.map(login => ({ login, password }))]
  server = await startServer({ document: { ...world, users } })
})
beforeEach(async () => {
  browser = openBrowser()
  alice = (await obtainTokens(server.issuer, {}, browser)).id_token
  server.clock.pass(3600)
  let page = await addAccount(browser, server.issuer, 'bob')
  if (page.html.includes('name="consent"')) page = await browser.submit(page, '/consent', { consent: 'allow' })
  bob = await idTokenOf(page)
})
afterAll(() => server.close())

const ask = (changes: Record<string, string> = {}, of = browser) => of.get(authorizeUrl(server.issuer, changes))
const choose = (page: Page, fields: Record<string, string>) => browser.submit(page, '/select-account', fields)
const errorOf = ({ location }: Page) => location?.searchParams.get('error')
const isChoice = ({ title = '' }: Page) => title.startsWith('Choose an account')
const sidOf = (id_token: string) => String(decodeJwt(id_token)['sid'])
const sids = () => readRows(server.data_dir, 'sessions').map(({ id }) => id)
/** The accounts that a page offers, by name. */
const offered = ({ html }: Page) => [...html.matchAll(/Continue as <bdi>([^<]*)</g)].map(([, name]) => name)

async function idTokenOf({ location, title }: Page): Promise<string> {
  const code = location?.searchParams.get('code')
  if (!code) throw new Error(`no code: ${location?.search ?? title}`)
  return String((await redeem(server.issuer, code)).body['id_token'])
}
const whoIs = async (page: Page) => decodeJwt(await idTokenOf(page))['preferred_username']

describe('OIDC Core §3.1.2.1: several accounts in one browser', () => {
  test('are each offered, with when they signed in, and each can be chosen', async () => {
    for (const [name, token] of [
      ['alice', alice],
      ['bob', bob],
    ] as const) {
      const page = await ask({ prompt: 'select_account' })
      expect(offered(page).sort()).toEqual(['Alice', 'Bob'])
      expect(page.html).toMatch(/1 hour ago/)
      const answer = await choose(page, { account: sidOf(token) })
      const id_token = await idTokenOf(answer)
      expect(decodeJwt(id_token)).toMatchObject({ preferred_username: name, sid: sidOf(token) })
      // Chosen last, so it is whose account page this is, and the first that is offered.
      expect((await account(server, browser)).html).toContain(`>${name}<`)
      expect(offered(await ask({ prompt: 'select_account' }))[0]?.toLowerCase()).toBe(name)
    }
  })

  test('two of one name are named by what they sign in with', async () => {
    const users = [{ login: 'other-bob', password, claims: { name: 'Bob' } }]
    await server.apply({ users })
    const page = await addAccount(browser, server.issuer, 'other-bob')
    expect(page.html).toContain('other-bob')
    const choice = await ask({ prompt: 'select_account' })
    expect(offered(choice)).toEqual(['other-bob', 'bob', 'Alice'])
    expect(choice.html).toContain('Sign out <bdi>other-bob</bdi>')
  })

  test('an app that says nothing has its user choose', async () => {
    const page = await ask()
    expect(isChoice(page)).toBe(true)
    expect(await whoIs(await choose(page, { account: sidOf(alice) }))).toBe('alice')
  })

  test('login_hint and id_token_hint choose', async () => {
    for (const hint of [{ login_hint: 'alice' }, { login_hint: ' Alice@Example.com' }, { id_token_hint: alice }]) {
      expect(await whoIs(await ask(hint))).toBe('alice')
      expect(await whoIs(await ask({ ...hint, prompt: 'none' }))).toBe('alice')
    }
    const claims = JSON.stringify({ id_token: { sub: { value: decodeJwt(bob).sub } } })
    for (const hint of [{ login_hint: 'bob' }, { id_token_hint: bob }, { claims }]) {
      expect(await whoIs(await ask({ ...hint, prompt: 'none' }))).toBe('bob')
    }
  })

  test('OIDC Core §3.1.2.6: prompt=none, and nothing says which: account_selection_required', async () => {
    for (const hint of [{}, { login_hint: 'nobody' }, { login_hint: '' }]) {
      const answer = await ask({ prompt: 'none', ...hint })
      expect(errorOf(answer)).toBe('account_selection_required')
      expect(answer.location?.searchParams.get('state')).toBe('state-1')
    }
  })

  test('an app that they never let in learns from no login_hint who is signed in', async () => {
    const other = { client_id: 'other-web', redirect_uri: 'http://127.0.0.1:5002/callback', scope: 'openid profile' }
    for (const max_age of [{}, { max_age: '0' }]) {
      const said = async (login_hint: string) =>
        (await ask({ ...other, ...max_age, prompt: 'none', login_hint })).location?.search
      expect(await said('alice')).toContain('error=account_selection_required&')
      expect(await said('alice')).toBe(await said('nobody'))
    }
  })

  test('who is chosen and signed in too long ago is asked for the password, by name', async () => {
    const page = await ask({ max_age: '600' })
    expect(isChoice(page)).toBe(true)
    expect((await choose(page, { account: sidOf(bob) })).location?.searchParams.get('code')).toBeTruthy()
    const again = await choose(await ask({ max_age: '600' }), { account: sidOf(alice) })
    expect(again.html).toMatch(/id="login"[^>]* value="alice"/)
    const answer = await signIn(browser, again, 'alice')
    expect(await whoIs(answer)).toBe('alice')
    // Her new session stands beside bob's.
    expect(sids()).not.toContain(sidOf(alice))
    expect(offered(await ask({ prompt: 'select_account' }))).toEqual(['Alice', 'Bob'])
  })

  test('one is signed out, and the page asks again: nobody goes on as who is left, unless they say so', async () => {
    const left = await choose(await ask(), { sign_out: sidOf(bob) })
    expect(isChoice(left)).toBe(true)
    expect(offered(left)).toEqual(['Alice'])
    expect(sids()).not.toContain(sidOf(bob))
    expect(sids()).toContain(sidOf(alice))
    expect(await whoIs(await choose(left, { account: 'current' }))).toBe('alice')
    expect(await whoIs(await ask({ prompt: 'none' }))).toBe('alice')
  })

  test('both are signed out: somebody signs in', async () => {
    const left = await choose(await ask(), { sign_out: sidOf(bob) })
    const page = await choose(left, { sign_out: sidOf(alice) })
    expect(page.html).toContain('id="password"')
    expect([...browser.cookies.keys()].some(name => name.includes('session'))).toBe(false)
  })

  test('one that was chosen, and has ended meanwhile, is not taken for the other', async () => {
    const page = await ask()
    await server.data.store.endSession(sidOf(bob), 'signed-out', server.clock.now())
    const again = await choose(page, { account: sidOf(bob) })
    expect(isChoice(again)).toBe(true)
    expect(offered(again)).toEqual(['Alice'])
  })

  test('a session of another browser cannot be chosen, or signed out', async () => {
    const elsewhere = sidOf((await obtainTokens(server.issuer, {}, openBrowser())).id_token)
    const page = await ask()
    expect(isChoice(await choose(page, { account: elsewhere }))).toBe(true)
    expect(isChoice(await choose(page, { sign_out: elsewhere }))).toBe(true)
    expect(sids()).toContain(elsewhere)
  })

  test('an account that signs in again takes its own place', async () => {
    await addAccount(browser, server.issuer, 'alice')
    expect(sids()).not.toContain(sidOf(alice))
    expect(sids()).toContain(sidOf(bob))
    expect(offered(await ask())).toEqual(['Alice', 'Bob'])
  })

  test('a disabled account is not offered', async () => {
    await server.data.store.disableUser('bob', true, server.clock.now())
    expect(await whoIs(await ask({ prompt: 'none' }))).toBe('alice')
    await server.data.store.disableUser('bob', false, server.clock.now())
  })

  test('beyond five, the one used longest ago ends', async () => {
    for (const login of more) await addAccount(browser, server.issuer, login)
    expect(offered(await ask())).toEqual(['frank', 'erin', 'dave', 'carol', 'Bob'])
    expect(sids()).not.toContain(sidOf(alice))
  })

  test('a sign-in that is not of one more account ends them', async () => {
    const page = await ask({ id_token_hint: await hintOf('carol') })
    expect(page.html).toContain('id="password"')
    await signIn(browser, page, 'carol')
    expect(sids()).not.toContain(sidOf(alice))
    expect(sids()).not.toContain(sidOf(bob))
  })

  test('a new password for one leaves the others signed in', async () => {
    await addAccount(browser, server.issuer, 'frank')
    const page = await browser.get(`${server.issuer}/account/password`)
    const form = /name="form" value="([^"]*)"/.exec(page.html)?.[1] ?? ''
    const [new_password, new_password_again] = [newPassword, newPassword]
    const sent = await browser.post(page.url, { form, password, new_password, new_password_again })
    expect(sent.location?.search).toBe('?done=password')
    expect(offered(await ask())).toEqual(['frank', 'Bob', 'Alice'])
  })

  test('"Not you?" on the page of permissions lets another be chosen', async () => {
    const asked = await choose(await ask({ prompt: 'consent' }), { account: sidOf(bob) })
    expect(asked.html).toContain('name="consent"')
    const page = await browser.submit(asked, '/consent', { account: 'other' })
    expect(isChoice(page)).toBe(true)
    const ofAlice = await choose(page, { account: sidOf(alice) })
    expect(await whoIs(await browser.submit(ofAlice, '/consent', { consent: 'allow' }))).toBe('alice')
  })
})

describe('OIDC RP-Initiated Logout §2: of several accounts', () => {
  const logout = (params: Record<string, string> = {}) =>
    browser.get(`${server.issuer}/logout?${new URLSearchParams(params)}`)

  test('the one of the hint is signed out, and the other stays', async () => {
    const page = await logout({ id_token_hint: alice, post_logout_redirect_uri: home })
    expect(page.location?.href).toBe(home)
    expect(sids()).not.toContain(sidOf(alice))
    expect(await whoIs(await ask({ prompt: 'none' }))).toBe('bob')
    expect((await logout({ id_token_hint: bob })).html).toContain('Nobody is signed in to this server')
  })

  test('without a place to return to, the page says that the other stays', async () => {
    expect((await logout({ id_token_hint: alice })).html).toContain('Your other accounts stay signed in')
  })

  test('without a hint the page names both, and signs both out', async () => {
    const page = await logout()
    expect(page.html).toContain('Alice')
    expect(page.html).toContain('Bob')
    expect(sids()).toContain(sidOf(alice))
    await browser.submit(page, '/logout', { logout: 'yes' })
    expect(sids()).not.toContain(sidOf(alice))
    expect(sids()).not.toContain(sidOf(bob))
    expect(errorOf(await ask({ prompt: 'none' }))).toBe('login_required')
  })
})

/** An ID Token of somebody who is signed in elsewhere. */
async function hintOf(login: string): Promise<string> {
  const other = openBrowser()
  let page = await signIn(other, await ask({}, other), login)
  if (page.html.includes('name="consent"')) page = await other.submit(page, '/consent', { consent: 'allow' })
  return idTokenOf(page)
}

describe('a page that outlives what it showed', () => {
  beforeAll(() => server.apply({ users: ['gail', 'hana'].map(login => ({ login, password })) }))

  test('Allow, once whoever was asked has signed out: who is left, and agreed before, has not answered', async () => {
    const sitting = openBrowser()
    const page = await signIn(sitting, await ask({}, sitting), 'gail')
    expect(page.html).toContain('name="consent"')
    // In another tab.
    const out = await sitting.get(`${server.issuer}/logout`)
    await sitting.submit(out, '/logout', { logout: 'yes' })
    await signIn(sitting, await ask({}, sitting), 'bob')
    const answer = await sitting.submit(page, '/consent', { consent: 'allow' })
    expect(answer.location).toBeUndefined()
    expect([isChoice(answer), offered(answer)]).toEqual([true, ['Bob']])
  })

  test('Allow, once nobody is signed in: the sign-in page', async () => {
    const page = await addAccount(browser, server.issuer, 'hana')
    expect(page.html).toContain('name="consent"')
    const out = await browser.get(`${server.issuer}/logout`)
    await browser.submit(out, '/logout', { logout: 'yes' })
    const answer = await browser.submit(page, '/consent', { consent: 'allow' })
    expect([answer.location, answer.html.includes('id="password"')]).toEqual([undefined, true])
  })

  test('Sign out, once somebody else has signed in: is asked again, of everybody', async () => {
    const own = openBrowser()
    await obtainTokens(server.issuer, {}, own)
    const before = sids().length
    const out = await own.get(`${server.issuer}/logout`)
    await addAccount(own, server.issuer, 'bob')
    const again = await own.submit(out, '/logout', { logout: 'yes' })
    expect(again.html).toContain('Sign out?')
    expect(again.html).toContain('Bob')
    expect(sids()).toHaveLength(before + 1)
    await own.submit(again, '/logout', { logout: 'yes' })
    expect(sids()).toHaveLength(before - 1)
  })
})
