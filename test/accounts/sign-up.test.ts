import { describe, expect, onTestFinished, test } from 'vitest'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { through } from '../support/raw.ts'
import { countRows, readRows } from '../support/rows.ts'
import { startServer, type TestServer, type TestServerOptions } from '../support/server.ts'
import { account, enter, follow, newPassword, sessionOf, submitForm } from './support.ts'

async function open(config: NonNullable<TestServerOptions['config']> = { sign_up: true }): Promise<TestServer> {
  const server = await startServer({ config })
  onTestFinished(() => server.close())
  return server
}

const carol = { login: 'carol', password: newPassword, password_again: newPassword }

async function signUp(server: TestServer, fields: Record<string, string> = carol, browser = openBrowser()) {
  const page = await browser.get(`${server.issuer}/sign-up`)
  return { browser, answer: await submitForm(browser, page, '/sign-up', fields) }
}

const logins = (server: TestServer) => readRows(server.data_dir, 'users').map(({ login }) => login)

describe('where it is off', () => {
  test('the page says so, no page leads to it, and a form makes nobody', async () => {
    const server = await open({})
    const browser = openBrowser()
    expect(await browser.get(`${server.issuer}/sign-up`)).toMatchObject({
      status: 403,
      title: 'Nobody can sign up here - Grantwise',
    })
    expect((await browser.get(`${server.issuer}/account`)).html).not.toContain('/sign-up')
    const page = await browser.get(authorizeUrl(server.issuer))
    expect(page.html).not.toContain('/sign-up')
    expect((await browser.submit(page, '/sign-up', carol)).status).toBe(403)
    expect(logins(server)).not.toContain('carol')
  })

  test('it is on with --dev, unless it is switched off', async () => {
    const dev = await open({ dev: true })
    expect((await openBrowser().get(`${dev.issuer}/sign-up`)).status).toBe(200)
    const off = await open({ dev: true, sign_up: false })
    expect((await openBrowser().get(`${off.issuer}/sign-up`)).status).toBe(403)
  })
})

describe('signing up', () => {
  test('makes an account without roles or a verified address, and signs in', async () => {
    const server = await open()
    const { browser, answer } = await signUp(server, { ...carol, name: 'Carol', email: 'carol@example.com' })
    expect((await follow(browser, answer)).html).toContain('Carol')
    expect(readRows(server.data_dir, 'users').find(({ login }) => login === 'carol')).toMatchObject({
      email: 'carol@example.com',
      email_verified: 0,
      roles: '[]',
      admin: 0,
      claims: '{"name":"Carol"}',
    })
    expect((await enter(server, 'carol', newPassword)).page.title).toBe('Your account - Grantwise')
  })

  test('a form cannot ask for a role, a sub or a verified address', async () => {
    const server = await open()
    await signUp(server, { ...carol, role: 'admin', roles: 'admin', sub: 'chosen', email_verified: 'true', admin: '1' })
    expect(readRows(server.data_dir, 'users').find(({ login }) => login === 'carol')).toMatchObject({
      roles: '[]',
      admin: 0,
      email_verified: 0,
      sub: expect.stringMatching(/^[\w-]{43}$/),
    })
  })

  test("comes from an application's sign-in page and goes on with its request", async () => {
    const server = await open()
    const browser = openBrowser()
    const signIn = await browser.get(authorizeUrl(server.issuer))
    const shown = await submitForm(browser, signIn, '/sign-up', { sign_up: 'yes' })
    expect(shown.title).toBe('Create an account for Web app - Grantwise')
    const consent = await submitForm(browser, shown, '/sign-up', carol)
    expect(consent.html).toContain('name="consent"')
    expect(consent.html).toContain('carol')
    const back = await browser.submit(consent, '/consent', { consent: 'allow' })
    expect(back.location?.href).toMatch(/^http:\/\/127\.0\.0\.1:5001\/callback\?code=/)
    // The request was answered: the same page gives no second code.
    const again = await browser.submit(consent, '/consent', { consent: 'allow' })
    expect(again.location?.searchParams.get('error')).toBe('access_denied')
  })

  test('from there one can go back to sign in, or to the application', async () => {
    const server = await open()
    const browser = openBrowser()
    const shown = await submitForm(browser, await browser.get(authorizeUrl(server.issuer)), '/sign-up', {
      sign_up: 'yes',
    })
    const signIn = await submitForm(browser, shown, '/sign-in', { account: 'other' })
    expect(signIn.title).toBe('Sign in to Web app - Grantwise')
    const cancelled = await submitForm(browser, shown, '/sign-in', { cancel: 'yes' })
    expect(cancelled.location?.searchParams.get('error')).toBe('access_denied')
  })

  test('a fault on the way keeps the request, what was typed, but never a password', async () => {
    const server = await open()
    const browser = openBrowser()
    const shown = await submitForm(browser, await browser.get(authorizeUrl(server.issuer)), '/sign-up', {
      sign_up: 'yes',
    })
    const again = await submitForm(browser, shown, '/sign-up', { ...carol, login: 'alice', name: 'Al' })
    expect(again).toMatchObject({ status: 400, title: 'Create an account for Web app - Grantwise' })
    expect(again.html).toContain('Somebody has this username.')
    expect(again.html).toContain('value="Al"')
    expect(again.html).not.toContain(newPassword)
    expect((await submitForm(browser, again, '/sign-up', carol)).html).toContain('name="consent"')
  })

  test.each([
    [{ login: 'alice' }, 'Somebody has this username.'],
    [{ login: 'ＡLICE ' }, 'Somebody has this username.'],
    [{ login: ' ' }, 'This cannot be used.'],
    [{ login: 'a\u200bb' }, 'This cannot be used.'],
    [{ login: 'x'.repeat(255) }, 'This cannot be used.'],
    [{ name: 'two\nlines' }, 'This cannot be used.'],
    [{ email: 'nobody' }, 'This is not an email address.'],
    [{ password: 'fourteen chars', password_again: 'fourteen chars' }, 'This is too short.'],
    [{ password: 'ä'.repeat(513), password_again: 'ä'.repeat(513) }, 'This is too long.'],
    [{ password: 'Passwordpassword1', password_again: 'Passwordpassword1' }, 'Many people use this'],
    [
      { password: 'qwertyuiop[]12345', password_again: 'qwertyuiop[]12345', login: 'carol-of-q' },
      'Many people use this',
    ],
    [{ password: 'carol_carol_carol', password_again: 'carol_carol_carol' }, 'little more than your name'],
    [{ password: 'grantwise-carol-1', password_again: 'grantwise-carol-1' }, 'little more than your name'],
    [{ password_again: 'seven quiet river' }, 'This is not the same password.'],
  ])('%j: says what is wrong beside the field, and makes nobody', async (fields, words) => {
    const server = await open()
    const before = logins(server)
    const { browser, answer } = await signUp(server, { ...carol, ...fields })
    expect(answer.status).toBe(400)
    expect(answer.html).toMatch(
      new RegExp(`aria-invalid="true"[^>]*>[^<]*<p id="[a-z_]+-problem" class="problem" role="alert">[^<]*${words}`),
    )
    expect(answer.html.split('15 characters'), 'said once').toHaveLength(2)
    expect(logins(server)).toEqual(before)
    expect(sessionOf(browser)).toBeUndefined()
  })

  test('takes long passwords, spaces and any script, and no rule about kinds of characters', async () => {
    const server = await open()
    for (const [at, password] of [
      'only small letters here',
      'пять зелёных холмов',
      '🐝 🐝 honey at noon 🐝',
      `${'x7 '.repeat(21)}end.`,
    ].entries()) {
      const { answer } = await signUp(server, { login: `user${at}`, password, password_again: password })
      expect([password, answer.status]).toEqual([password, 303])
    }
  })

  test('nobody becomes the owner of an application by taking the name', async () => {
    const server = await open()
    const { world } = await import('../support/world.ts')
    const [web] = world.clients
    await server.apply({ clients: [{ ...web, grantwise: { ...web.grantwise, owners: ['dora'] } }] })
    const { answer } = await signUp(server, { ...carol, login: 'dora' })
    expect(answer.html).toContain('Somebody has this username.')
  })

  test('of two at once for one login, one gets it', async () => {
    const server = await open()
    const both = await Promise.all([signUp(server), signUp(server)])
    expect(both.map(({ answer }) => answer.status).sort()).toEqual([303, 400])
  })

  test('a session that was there before is not taken over', async () => {
    const server = await open()
    const { browser } = await enter(server)
    const before = sessionOf(browser)
    await signUp(server, carol, browser)
    expect(sessionOf(browser)).not.toBe(before)
    expect((await account(server, browser)).html).toContain('carol')
    expect(countRows(server.data_dir)['sessions']).toBe(1)
  })
})

describe('a flood', () => {
  test('from one address ends at 30 in a quarter of an hour, taken or not, in parallel too', async () => {
    const server = await open()
    const browser = openBrowser()
    const page = await browser.get(`${server.issuer}/sign-up`)
    const tries = await Promise.all(
      Array.from({ length: 45 }, () => submitForm(browser, page, '/sign-up', { ...carol, login: 'alice' })),
    )
    expect(tries.filter(({ status }) => status === 400)).toHaveLength(30)
    const late = tries.find(({ status }) => status === 429)
    expect(Number(late?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(late?.html).toContain('too many attempts')
    expect((await signUp(server)).answer.status).toBe(429)
    expect(logins(server)).not.toContain('carol')
    server.clock.pass(15 * 60)
    expect((await signUp(server)).answer.status).toBe(303)
  })

  test('from many addresses ends at 600', async () => {
    const server = await open({ sign_up: true, trust_proxy: ['127.0.0.1'] })
    const taken = { ...carol, login: 'alice' }
    const first = openBrowser()
    const page = await first.get(`${server.issuer}/sign-up`)
    const from = async (host: number) => {
      const browser = openBrowser(through(server.url, { 'x-forwarded-for': `198.51.100.${host}` }))
      for (const [name, value] of first.cookies) browser.cookies.set(name, value)
      const all = await Promise.all(Array.from({ length: 30 }, () => submitForm(browser, page, '/sign-up', taken)))
      return all.map(({ status }) => status)
    }
    for (let host = 1; host <= 20; host++) expect(new Set(await from(host))).toEqual(new Set([400]))
    expect(new Set(await from(21))).toEqual(new Set([429]))
  })

  test('a form with a fault is not counted, and looks nobody up', async () => {
    const server = await open()
    const browser = openBrowser()
    const page = await browser.get(`${server.issuer}/sign-up`)
    for (let count = 0; count < 40; count++)
      await submitForm(browser, page, '/sign-up', { ...carol, login: 'alice', password: 'short' })
    const { answer } = await signUp(server)
    expect(answer.status).toBe(303)
    const both = await submitForm(browser, page, '/sign-up', { ...carol, login: 'alice', password: 'short' })
    expect(both.html).not.toContain('Somebody has this username.')
  })
})

test('the page is good for an hour', async () => {
  const server = await open()
  const browser = openBrowser()
  const page = await browser.get(`${server.issuer}/sign-up`)
  server.clock.pass(3601)
  expect((await submitForm(browser, page, '/sign-up', carol)).html).toContain('open for too long')
  expect(logins(server)).not.toContain('carol')
})
