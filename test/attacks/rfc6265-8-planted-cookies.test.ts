import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser as Chromium } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { account, enter, sessionOf } from '../accounts/support.ts'
import { addAccount, authorizeUrl, openBrowser, signIn } from '../support/browser.ts'
import { writeCertificate } from '../support/certificate.ts'
import { launchChromium } from '../support/chromium.ts'
import { send } from '../support/raw.ts'
import { readRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { obtainTokens } from '../support/token.ts'
import { fillSignIn } from '../support/visit.ts'
import { password } from '../support/world.ts'
import { type EvilSite, startEvilSite } from './evil-site.ts'
import { everyFormOptions, formKinds, press } from './forms.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer(everyFormOptions)
})
beforeEach(() => {
  server.clock.pass(900)
})
afterAll(() => server.close())

const nameOf = (cookie: string) => `grantwise-${cookie}-${new URL(server.issuer).port}`
const sids = () => readRows(server.data_dir, 'sessions').map(({ id }) => id)

/** Everything by which a browser gets a session. */
const beginnings = ['setting up', 'signing in', 'signing in to an app', 'signing up', 'signing up for an app'] as const

test.each(beginnings)(
  'RFC 6265 §8.4, session fixation: %s with a session of the attacker’s planted before',
  async name => {
    const planted = sessionOf((await enter(server, 'bob')).browser) ?? ''
    const form = await formKinds[name]?.open(server, 'alice')
    if (!form) throw new Error(`no such form: ${name}`)
    form.browser.cookies.set(nameOf('session'), planted)
    await press(form)
    expect(sessionOf(form.browser)).toMatch(/^[0-9a-v]{20}\.[\w-]{43}$/)
    expect(sessionOf(form.browser)).not.toBe(planted)
    // Who planted it has nobody's session now: it ended with the sign-in that took its place.
    const attacker = openBrowser()
    attacker.cookies.set(nameOf('session'), planted)
    expect((await account(server, attacker)).title).toBe('Sign in - Grantwise')
    expect(sids()).not.toContain(planted.split('.')[0])
  },
)

test('a sign-in again, and a new password, take the session before out of use', async () => {
  const { browser } = await enter(server)
  const first = sessionOf(browser) ?? ''
  await signIn(browser, await browser.get(authorizeUrl(server.issuer, { prompt: 'login' })))
  const second = sessionOf(browser) ?? ''
  expect(second).not.toBe(first)
  const form = await formKinds['changing the password']?.open(server, 'bob')
  if (!form) throw new Error('no such form')
  const third = sessionOf(form.browser) ?? ''
  await press(form)
  expect(form.happened()).toBe(true)
  for (const old of [first, third]) {
    const thief = openBrowser()
    thief.cookies.set(nameOf('session'), old)
    expect((await account(server, thief)).title).toBe('Sign in - Grantwise')
  }
})

describe('RFC 6265 §8.6, RFC 6265bis §5.8.3: two cookies of one name', () => {
  const asked = (cookie: string) => send(`${server.issuer}/account`, { headers: { cookie, accept: 'text/html' } })

  test('of two sessions neither is believed, whichever comes first', async () => {
    const [alice, bob] = [(await enter(server, 'alice')).browser, openBrowser()]
    await obtainTokens(server.issuer, {}, bob)
    const own = `${nameOf('session')}=${sessionOf(alice)}`
    for (const planted of [sessionOf(bob), 'x', '']) {
      const other = `${nameOf('session')}=${planted}`
      for (const cookie of [`${other}; ${own}`, `${own}; ${other}`, `${other};${own}`, `a=b; ${own}; c=d;  ${other}`]) {
        expect(await (await asked(cookie)).text(), cookie).toContain('<title>Sign in - Grantwise</title>')
      }
    }
    expect(await (await asked(`a=b; x${nameOf('session')}=1; ${own}`)).text()).toContain('Your account')
  })

  test('of two that bind a form neither opens it', async () => {
    const form = await formKinds['signing in']?.open(server, 'alice')
    const attackers = await formKinds['signing in']?.open(server, 'alice')
    if (!form || !attackers) throw new Error('no such form')
    const [own, planted] = [form, attackers].map(
      ({ browser }) => `${nameOf('browser')}=${browser.cookies.get(nameOf('browser'))}`,
    )
    for (const cookie of [`${planted}; ${own}`, `${own}; ${planted}`]) {
      for (const { hidden } of [form, attackers]) {
        const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded' }
        const body = new URLSearchParams({ ...hidden, ...form.fields }).toString()
        expect((await send(form.url, { method: 'POST', headers, body })).status).toBe(400)
      }
    }
    expect(form.happened()).toBe(false)
  })
})

describe('several sessions in one cookie', () => {
  const planted = async () => {
    await server.apply({ users: [{ login: 'mallory', password }] })
    const sessions = await Promise.all(['mallory', 'bob'].map(login => enter(server, login)))
    return sessions.map(({ browser }) => sessionOf(browser) ?? '')
  }

  test.each(beginnings.slice(1))('RFC 6265 §8.4: all that were planted end by %s', async name => {
    const secrets = await planted()
    const form = await formKinds[name]?.open(server, 'alice')
    if (!form) throw new Error(`no such form: ${name}`)
    form.browser.cookies.set(nameOf('session'), secrets.join('~'))
    await press(form)
    expect(sessionOf(form.browser)).toMatch(/^[0-9a-v]{20}\.[\w-]{43}$/)
    for (const secret of secrets) expect(sids()).not.toContain(secret.split('.')[0])
  })

  test('who adds an account beside a planted one is never taken for it: they are asked, and it is named', async () => {
    const [mallory = ''] = await planted()
    const victim = openBrowser()
    victim.cookies.set(nameOf('session'), mallory)
    expect((await victim.get(authorizeUrl(server.issuer, { prompt: 'select_account' }))).html).toContain('mallory')
    await addAccount(victim, server.issuer, 'alice')
    const silent = await victim.get(authorizeUrl(server.issuer, { prompt: 'none' }))
    expect(silent.location?.searchParams.get('error')).toBe('account_selection_required')
    expect((await victim.get(authorizeUrl(server.issuer))).html).toContain('mallory')
    expect((await account(server, victim)).html).toContain('Alice')
  })

  test('those of one account are one, and only the first few of a list are looked at', async () => {
    const own = sessionOf((await enter(server, 'alice')).browser) ?? ''
    const second = sessionOf((await enter(server, 'alice')).browser) ?? ''
    const signedIn = async (cookie: string) => {
      const headers = { cookie: `${nameOf('session')}=${cookie}`, accept: 'text/html' }
      return (await send(`${server.issuer}/account`, { headers })).text()
    }
    for (const list of [`${own}~`, `~${own}`, `${own}~x`, `x~${own}`, `${own}~${own}`, `${own}${'~x'.repeat(1000)}`]) {
      expect(await signedIn(list), list).toContain('Your account')
    }
    for (const list of ['~', '~~~~', `${'x~'.repeat(5)}${own}`, own.replace('.', '~'), `${own} ~x`]) {
      expect(await signedIn(list), list).toContain('<title>Sign in - Grantwise</title>')
    }
    const browser = openBrowser()
    browser.cookies.set(nameOf('session'), `${own}~${second}`)
    const silent = await browser.get(authorizeUrl(server.issuer, { prompt: 'none', scope: 'openid' }))
    expect(silent.location?.searchParams.get('error')).not.toBe('account_selection_required')
  })
})

test.each(['', 'x', '%', '%00', '"', 'a'.repeat(4000), '{"a":1}', '0'.repeat(64), `${'0'.repeat(20)}.`, 'null'])(
  'a planted cookie that is none of ours changes nothing: %j',
  async value => {
    const cookie = ['session', 'browser', 'known'].map(name => `${nameOf(name)}=${value}`).join('; ')
    const answer = await send(authorizeUrl(server.issuer), { headers: { cookie } })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('Sign in to Web app')
  },
)

test('a cookie of another port, or under the name that it has on https, is not read', async () => {
  const { browser } = await enter(server)
  for (const name of ['grantwise-session-1', 'grantwise-session', '__Host-grantwise-session', 'Grantwise-Session-1']) {
    const thief = openBrowser()
    thief.cookies.set(name, sessionOf(browser) ?? '')
    expect((await account(server, thief)).title).toBe('Sign in - Grantwise')
  }
})

describe('in Chromium', () => {
  let chromium: Chromium
  let evil: EvilSite
  beforeAll(async () => {
    ;[chromium, evil] = await Promise.all([launchChromium(), startEvilSite()])
    await server.apply({ users: [{ login: 'mallory', password }] })
  })
  const sessionOfMallory = async () => sessionOf((await enter(server, 'mallory')).browser) ?? ''
  afterAll(async () => {
    await chromium?.close()
    await evil?.close()
  })

  test('a page on another port of the host plants its own session for one path: the victim is not the attacker there', async () => {
    const attackers = await sessionOfMallory()
    evil.serve('/', 'planted', { 'set-cookie': [`${nameOf('session')}=${attackers}; Path=/account; HttpOnly`] })
    const context = await chromium.newContext()
    const page = await context.newPage()
    await page.goto(`${server.issuer}/account`)
    await fillSignIn(page)
    await page.getByText('Alice', { exact: true }).waitFor()
    await page.goto(evil.sibling)
    await page.goto(`${server.issuer}/account`)
    expect(await page.content()).not.toContain('mallory')
    expect(await page.title()).toBe('Sign in - Grantwise')
    await context.close()
  })

  test('a page on another port of the host plants its own session everywhere: the next sign-in takes its place', async () => {
    const attackers = await sessionOfMallory()
    evil.serve('/', 'planted', { 'set-cookie': [`${nameOf('session')}=${attackers}; Path=/`] })
    const context = await chromium.newContext()
    const page = await context.newPage()
    await page.goto(evil.sibling)
    await page.goto(authorizeUrl(server.issuer, { prompt: 'login consent' }))
    await fillSignIn(page)
    await page.getByRole('button', { name: 'Allow', exact: true }).waitFor()
    const cookies = await context.cookies(server.issuer)
    expect(cookies.map(({ value }) => value)).not.toContain(attackers)
    expect(cookies.find(({ name }) => name === nameOf('session'))).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
    expect(sids()).not.toContain(attackers.split('.')[0])
    await context.close()
  })

  test('over https no other host sets a cookie that is read, and this host none that is not whole and secure', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'grantwise-cookies-'))
    const { tls_cert, tls_key } = writeCertificate(directory)
    const secure = await startServer({ config: { tls_cert, tls_key } })
    const context = await chromium.newContext({ ignoreHTTPSErrors: true })
    try {
      const page = await context.newPage()
      await page.goto(`${secure.issuer}/account`)
      await fillSignIn(page)
      await page.getByText('Alice', { exact: true }).waitFor()
      const before = await context.cookies(secure.issuer)
      expect(before.map(({ name }) => name).sort()).toEqual(
        ['browser', 'known', 'session'].map(name => `__Host-grantwise-${name}`),
      )
      // With Secure and Path=/ alone a sibling may: Chromium trusts http on loopback as if it were TLS.
      const plant = (...attributes: string[]) =>
        before.flatMap(({ name }) => attributes.map(more => `${name}=evil; ${more}`))
      const sibling = plant('Path=/', 'Path=/account; Secure')
      for (const [origin, planted] of [
        [evil.sibling, sibling],
        [evil.stranger, [...sibling, ...plant('Path=/; Secure', 'Path=/; Secure; Domain=127.0.0.1')]],
      ] as const) {
        const script = `<script>for (const cookie of ${JSON.stringify(planted)}) document.cookie = cookie</script>`
        evil.serve('/', script, { 'set-cookie': planted })
        await page.goto(origin)
      }
      expect(await context.cookies(secure.issuer)).toEqual(before)
      await page.goto(`${secure.issuer}/account`)
      await page.getByText('Alice', { exact: true }).waitFor()
    } finally {
      await context.close()
      await secure.close()
      rmSync(directory, { recursive: true, force: true })
    }
  })
})
