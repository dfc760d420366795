import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { submitForm } from '../accounts/support.ts'
import { authorizeUrl, type Browser, openBrowser, type Page, signIn } from '../support/browser.ts'
import { passwordClient, withRetired } from '../support/retired-clients.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, introspect, obtainTokens, post } from '../support/token.ts'
import { password, world } from '../support/world.ts'
import { setCounts, watchPasswords } from './counted.ts'

/**
 * OWASP ASVS 6.3.8, RFC 6819 §4.4.3.6: whether somebody has an account here is learned by no answer, no status and no
 * time. Time is not measured but made: the same work is asked of the thread that hashes, whoever is named.
 */

let server: TestServer
beforeAll(async () => {
  const users = [
    ...world.users,
    { login: 'disabled', password, disabled: true },
    { login: 'without-password' },
    { login: 'gone', password },
  ]
  const document = withRetired(world)
  const clients = document.clients.map(client =>
    client.client_id === 'web' ? { ...client, grantwise: { ...client.grantwise, owners: ['owner-to-be'] } } : client,
  )
  server = await startServer({
    document: { ...document, users, clients },
    config: { sign_up: true, allow: ['password'] },
  })
  await server.data.store.deleteUser('gone', server.clock.now())
})
beforeEach(() => server.clock.pass(900))
afterAll(() => server.close())

/** Whoever is named, and the password that comes with it; none of them signs in. */
const attempts: Record<string, readonly [string, string]> = {
  'nobody of that name': ['nobody', 'x'],
  'somebody, with a wrong password': ['alice', 'x'],
  'somebody disabled, with the right password': ['disabled', password],
  'somebody disabled, with a wrong password': ['disabled', 'x'],
  'somebody without a password': ['without-password', 'x'],
  'somebody deleted, with what was the right password': ['gone', password],
  'a name that nobody can have': ['a\u200bb', 'x'],
  'nobody, with a password of 2 kB': ['nobody', 'x'.repeat(2000)],
  'somebody, with a password of 2 kB': ['alice', 'x'.repeat(2000)],
  'nobody, with no password': ['nobody', ''],
  'somebody, with no password': ['alice', ''],
}

/** An answer without what is another each time, and without what was typed. */
function comparable({ status, headers, html }: Answer, typed: string): string {
  const told = Object.fromEntries(
    [...headers].filter(([name]) => !['date', 'set-cookie', 'content-length', 'x-request-id'].includes(name)),
  )
  const text = html
    .replaceAll(/ value(="[^"]*")?/g, '')
    .replaceAll(/\b[0-9a-v]{20}\b/g, '')
    .replaceAll(typed, '')
  return JSON.stringify([status, told, [...new Set(headers.getSetCookie())].length, text])
}

type Answer = Pick<Page, 'status' | 'headers' | 'html'>

const ways: Record<string, () => Promise<(login: string, word: string) => Promise<Answer>>> = {
  'an application’s request': async () => {
    const browser = openBrowser()
    const page = await browser.get(authorizeUrl(server.issuer))
    return (login, word) => signIn(browser, page, login, word)
  },
  'the account page': async () => {
    const browser = openBrowser()
    const page = await browser.get(`${server.issuer}/sign-in`)
    return (login, word) => submitForm(browser, page, '/sign-in', { login, password: word })
  },
  'the password grant': async () => async (username, word) => {
    // RFC 6749 §3.1: one that is empty was not sent.
    const fields = { grant_type: 'password', username, password: word || ' ', scope: 'openid' }
    const { body, ...answer } = await post(`${server.issuer}/token`, fields, basic(passwordClient.client_id))
    return { ...answer, html: JSON.stringify(body) }
  },
}

describe.each(Object.keys(ways))('signing in from %s', way => {
  test('every refusal looks the same, and costs one argon2 at the same cost', async () => {
    const offer = (await ways[way]?.()) as (login: string, word: string) => Promise<Answer>
    const { jobs, stop } = watchPasswords()
    const seen = new Map<string, string>()
    for (const [what, [login, word]] of Object.entries(attempts)) {
      const before = jobs.length
      seen.set(what, comparable(await offer(login, word), login))
      const asked = jobs.slice(before).map(({ want, hash = '' }) => `${want} ${hash.split('$').slice(0, 4).join('$')}`)
      expect([what, asked]).toEqual([what, ['verify $argon2id$v=19$m=19456,t=2,p=1']])
    }
    stop()
    expect([...seen.values()].map(it => it === seen.get('nobody of that name'))).toEqual([...seen].map(() => true))
  })

  test('too many guesses at somebody look like too many at nobody', async () => {
    const offer = (await ways[way]?.()) as (login: string, word: string) => Promise<Answer>
    const told: string[] = []
    for (const login of ['alice', 'nobody', 'disabled']) {
      await offer(login, 'x')
      setCounts(server, 'account', 15)
      const answer = await offer(login, 'x')
      expect(answer.status).toBe(429)
      told.push(comparable(answer, login))
    }
    expect(new Set(told).size).toBe(1)
  })
})

test('a page that names somebody beforehand (login_hint) says nothing of whether they are here', async () => {
  const told = await Promise.all(
    ['alice', 'nobody', 'disabled', 'gone'].map(async login_hint =>
      comparable(await openBrowser().get(authorizeUrl(server.issuer, { login_hint })), login_hint),
    ),
  )
  expect(new Set(told).size).toBe(1)
  const silent = await Promise.all(
    ['alice', 'nobody'].map(async login_hint => {
      const page = await openBrowser().get(authorizeUrl(server.issuer, { login_hint, prompt: 'none' }))
      return page.location?.search
    }),
  )
  expect(new Set(silent).size).toBe(1)
})

describe('signing up (docs/decisions/0006: that a name is taken is told, and nothing else)', () => {
  const person = {
    password: 'seven quiet rivers',
    password_again: 'seven quiet rivers',
    name: 'N',
    email: 'n@example.com',
  }
  const offer = async (browser: Browser, fields: Record<string, string>) =>
    submitForm(browser, await browser.get(`${server.issuer}/sign-up`), '/sign-up', { ...person, ...fields })

  test('who has it, whether they are disabled, or only named as an owner, is not; nor is anything hashed', async () => {
    const { jobs, stop } = watchPasswords()
    const told = []
    for (const login of ['alice', 'ALICE', 'disabled', 'without-password', 'owner-to-be'])
      told.push(comparable(await offer(openBrowser(), { login }), login))
    stop()
    expect(new Set(told).size).toBe(1)
    expect(jobs.filter(({ want }) => want !== 'common')).toEqual([])
  })

  test('an e-mail address that somebody has is nobody’s business', async () => {
    const taken = await offer(openBrowser(), { login: 'newcomer', email: 'alice@example.com' })
    expect(taken.status).toBe(303)
  })
})

test('setting up with a wrong code says nothing of who is here, and hashes nothing', async () => {
  const browser = openBrowser()
  const page = await browser.get(`${server.issuer}/set-up`)
  const { jobs, stop } = watchPasswords()
  const told = await Promise.all(
    ['alice', 'nobody', 'disabled'].map(async login => {
      const fields = { login, token: 'wrong', password: 'seven quiet rivers', password_again: 'seven quiet rivers' }
      return comparable(await submitForm(browser, page, '/set-up', fields), login)
    }),
  )
  stop()
  expect(new Set(told).size).toBe(1)
  expect(jobs).toEqual([])
})

test('the form that changes a password is about who is signed in, whoever else is named', async () => {
  const browser = openBrowser()
  await obtainTokens(server.issuer, {}, browser)
  const page = await browser.get(`${server.issuer}/account/password`)
  const { jobs, stop } = watchPasswords()
  const told = []
  for (const login of ['', 'bob', 'nobody']) {
    const fields = { login, sub: login, username: login, password: 'wrong', new_password: 'seven quiet rivers' }
    told.push(comparable(await submitForm(browser, page, '/account/password', fields), login || '\0'))
  }
  stop()
  expect(new Set(told).size).toBe(1)
  const hashes = new Set(jobs.filter(({ want }) => want === 'verify').map(({ hash }) => hash))
  expect([...hashes]).toEqual([(await server.data.store.accountByLogin('alice'))?.password_hash])
})

test('introspection: a token of somebody disabled or deleted is like one that never was', async () => {
  const carol = { login: 'carol', password }
  const told: unknown[] = [(await introspect(server.issuer, 'never')).body]
  const { store, clock } = server.data
  for (const end of ['disable', 'delete'] as const) {
    await server.apply({ users: [carol] })
    const browser = openBrowser()
    await signIn(browser, await browser.get(authorizeUrl(server.issuer)), 'carol')
    const tokens = await obtainTokens(server.issuer, {}, browser)
    await (end === 'disable' ? store.disableUser('carol', true, clock.now()) : store.deleteUser('carol', clock.now()))
    for (const token of [tokens.access_token, tokens.refresh_token, tokens.id_token])
      told.push((await introspect(server.issuer, token)).body)
    if (end === 'disable') await store.deleteUser('carol', clock.now())
  }
  expect(new Set(told.map(it => JSON.stringify(it)))).toEqual(new Set(['{"active":false}']))
})
