import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { submitForm } from '../accounts/support.ts'
import { authorizeUrl, type Browser, openBrowser, type Page, signIn } from '../support/browser.ts'
import { through } from '../support/raw.ts'
import { passwordClient, withRetired } from '../support/retired-clients.ts'
import { countRows } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials, introspect, obtainTokens, post } from '../support/token.ts'
import { password, world } from '../support/world.ts'
import { setCounts, watchPasswords } from './counted.ts'

/** Rule 6, RFC 6819 §4.4.3.6, §5.1.4.2.3: guesses are limited, counted before they are made, and nobody is locked out by them. */

let server: TestServer
beforeAll(async () => {
  const config = { trust_proxy: ['127.0.0.1'], allow: ['password'] as const }
  server = await startServer({ document: withRetired(world), config })
})
beforeEach(() => {
  // The failed guesses of the attack before are counted no more.
  server.clock.pass(900)
})
afterAll(() => server.close())

const url = (changes: Record<string, string | undefined> = {}) => authorizeUrl(server.issuer, changes)
/** A browser at this address, as the proxy in front says. */
const at = (address: string) => openBrowser(through(server.url, { 'x-forwarded-for': address }))
const made = (statuses: readonly number[]) => statuses.filter(status => status === 400).length
const refused = (statuses: readonly number[]) => statuses.filter(status => status === 429).length

// First: the link lives an hour.
describe('what is too long to be guessed is told from nothing by its parts', () => {
  test('a set-up link: its id alone opens nothing, guessing costs no hashing, and the right one still works', async () => {
    const code = server.setUpLink?.split('#')[1] ?? ''
    const browser = openBrowser()
    const page = await browser.get(`${server.issuer}/set-up`)
    const person = { login: 'root', password: 'seven quiet rivers', password_again: 'seven quiet rivers' }
    const offer = (token: string): Promise<Page> => submitForm(browser, page, '/set-up', { ...person, token })
    const { jobs, stop } = watchPasswords()
    onTestFinished(stop)
    const guesses = [code.slice(0, 20), `${code.slice(0, 21)}${'A'.repeat(43)}`, `${code}A`, code.slice(0, -1), '.']
    for (let guess = 0; guess < 30; guess++) guesses.push(`${code.slice(0, 21)}${String(guess).padStart(43, 'A')}`)
    const answers = await Promise.all(guesses.map(offer))
    const told = answers.map(({ html, status }) => `${status} ${plain(html)}`)
    expect(new Set(told).size).toBe(1)
    expect(jobs).toEqual([])
    expect(await server.data.store.hasAdmin()).toBe(false)
    expect((await offer(code)).status).toBe(303)
  })

  test('a session: the id that every ID Token names is no cookie', async () => {
    const own = openBrowser()
    await obtainTokens(server.issuer, {}, own)
    const name = `grantwise-session-${new URL(server.issuer).port}`
    const cookie = own.cookies.get(name) ?? ''
    const guesses = [cookie.slice(0, 20), `${cookie.slice(0, 21)}${'A'.repeat(43)}`, cookie.slice(0, -1), `${cookie}A`]
    for (let guess = 0; guess < 20; guess++) guesses.push(`${cookie.slice(0, 21)}${String(guess).padStart(43, 'A')}`)
    for (const guess of guesses) {
      const thief: Browser = openBrowser()
      thief.cookies.set(name, guess)
      expect((await thief.get(url({ prompt: 'none' }))).location?.searchParams.get('error')).toBe('login_required')
    }
    expect((await own.get(url({ prompt: 'none' }))).location?.searchParams.has('code')).toBe(true)
  })
})

describe('passwords', () => {
  test('a hundred guesses at one account, at once, from a hundred addresses and browsers, are fifteen', async () => {
    const visitors = await Promise.all(
      Array.from({ length: 100 }, async (_, host) => {
        const browser = at(`198.51.100.${host}`)
        return { browser, page: await browser.get(url()) }
      }),
    )
    const answers = await Promise.all(
      visitors.map(({ browser, page }, guess) => signIn(browser, page, 'bob', `guess-${guess}`)),
    )
    const statuses = answers.map(({ status }) => status)
    expect([made(statuses), refused(statuses)]).toEqual([15, 85])
    for (const { headers, status } of answers)
      if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test.each<readonly [string, (guess: number) => string]>([
    ['one IPv4 address, of many ports', guess => `198.51.100.7:${40_000 + guess}`],
    ['one IPv6 /64', guess => `[2001:db8::${(guess + 1).toString(16)}]:${40_000 + guess}`],
    ['what is no address at all', guess => `made-up-${guess}`],
  ])('from %s three hundred are made, at however many accounts at once', async (_what, from) => {
    const browser = at(from(0))
    const page = await browser.get(url())
    await signIn(browser, page, 'nobody', 'x')
    setCounts(server, 'address', 290)
    const guesses = Array.from({ length: 50 }, async (_, guess) => {
      const own = at(from(guess))
      return (await signIn(own, await own.get(url()), `nobody-${guess}`, 'x')).status
    })
    const statuses = await Promise.all(guesses)
    expect([made(statuses), refused(statuses)]).toEqual([10, 40])
  })

  test('a guess that is one too many costs no hashing', async () => {
    const browser = openBrowser()
    const page = await browser.get(url())
    await signIn(browser, page, 'alice', 'x')
    setCounts(server, 'account', 15)
    const { jobs, stop } = watchPasswords()
    onTestFinished(stop)
    const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(browser, page, 'alice')))
    expect(refused(answers.map(({ status }) => status))).toBe(20)
    expect(jobs).toEqual([])
  })

  test('every way to offer one shares the count: an application’s sign-in, the account’s, the change of password, the password grant', async () => {
    const own = openBrowser()
    await obtainTokens(server.issuer, {}, own)
    // The session alone, stolen: this browser never signed in.
    const thief = openBrowser()
    for (const [name, value] of own.cookies) if (!name.includes('known')) thief.cookies.set(name, value)
    const stranger = openBrowser()
    const pages = {
      application: await stranger.get(url()),
      account: await stranger.get(`${server.issuer}/sign-in`),
      change: await thief.get(`${server.issuer}/account/password`),
    }
    const new_password = 'seven quiet rivers'
    const ways = [
      (word: string) => signIn(stranger, pages.application, 'alice', word),
      (word: string) => submitForm(stranger, pages.account, '/sign-in', { login: 'alice', password: word }),
      (word: string) => submitForm(thief, pages.change, '/account/password', { password: word, new_password }),
      (word: string) => {
        const fields = { grant_type: 'password', username: 'alice', password: word, scope: 'openid' }
        return post(`${server.issuer}/token`, fields, basic(passwordClient.client_id))
      },
    ]
    const statuses: number[] = []
    for (let guess = 0; guess < 18; guess++)
      statuses.push((await ways[guess % ways.length]?.(`guess-${guess}`))?.status ?? 0)
    expect(statuses).toEqual([...Array(15).fill(400), 429, 429, 429])
    // The right one is not told from a wrong one any more, by any of them.
    for (const way of ways) expect((await way(password)).status).toBe(429)
  })

  test('an attacker with an account of their own buys no more guesses by signing in between', async () => {
    const browser = openBrowser()
    const page = await browser.get(url())
    const own = openBrowser()
    const statuses = [(await signIn(browser, page, 'alice', 'guess')).status]
    setCounts(server, 'account', 13)
    for (let round = 0; round < 4; round++) {
      const again = await own.get(url({ prompt: 'login' }))
      expect((await signIn(own, again, 'bob')).status).toBeLessThan(400)
      statuses.push((await signIn(browser, page, 'alice', 'guess')).status)
    }
    expect(statuses).toEqual([400, 400, 400, 429, 429])
  })

  test('a stranger who fails on purpose does not lock a user out of their own browser', async () => {
    const own = openBrowser()
    await obtainTokens(server.issuer, {}, own)
    const stranger = openBrowser()
    const page = await stranger.get(url())
    await signIn(stranger, page, 'alice', 'x')
    setCounts(server, 'account', 15)
    expect((await signIn(stranger, page, 'alice')).status).toBe(429)
    expect((await signIn(own, await own.get(url({ prompt: 'login' })))).status).toBe(303)
  })

  test('a forged cookie of a known browser buys no allowance', async () => {
    const name = `grantwise-known-${new URL(server.issuer).port}`
    const lie = async (guess: number) => {
      const liar = openBrowser()
      liar.cookies.set(name, `${String(guess).padStart(43, 'A')}.${'B'.repeat(43)}`)
      return (await signIn(liar, await liar.get(url()), 'bob', 'x')).status
    }
    const first = await lie(0)
    setCounts(server, 'account', 13)
    expect([first, await lie(1), await lie(2), await lie(3), await lie(4)]).toEqual([400, 400, 400, 429, 429])
  })

  test('a known browser of one user is a stranger to another', async () => {
    const own = openBrowser()
    await obtainTokens(server.issuer, {}, own)
    const guess = async () => (await signIn(own, await own.get(url({ prompt: 'login' })), 'bob', 'x')).status
    const first = await guess()
    setCounts(server, 'account', 15)
    expect([first, await guess()]).toEqual([400, 429])
  })
})

describe('client secrets', () => {
  test('a right one is never refused, however many wrong ones came before, from the same address', async () => {
    const guesses = Array.from({ length: 200 }, (_, guess) =>
      clientCredentials(server.issuer, {}, basic('job', `guess-${guess}`)),
    )
    for (const { status } of await Promise.all(guesses)) expect(status).toBe(401)
    const [token, asked] = [await clientCredentials(server.issuer), await introspect(server.issuer, 'x', 'job')]
    expect([token.status, asked.status]).toEqual([200, 200])
  })

  test('nor when the guesses at passwords from its address are used up', async () => {
    const browser = openBrowser()
    await signIn(browser, await browser.get(url()), 'alice', 'x')
    setCounts(server, 'address', 300)
    expect((await signIn(browser, await browser.get(url()), 'alice')).status).toBe(429)
    expect((await clientCredentials(server.issuer)).status).toBe(200)
  })

  test('guessing leaves no row', async () => {
    const before = countRows(server.data_dir)
    for (const path of ['/token', '/introspect', '/revoke'])
      for (let guess = 0; guess < 10; guess++)
        await post(server.issuer + path, { token: 'x' }, basic('job', `g-${guess}`))
    expect(countRows(server.data_dir)).toEqual(before)
  })
})

/** A page without what is another in each. */
function plain(html: string): string {
  return html.replaceAll(/ value="[^"]*"/g, '').replaceAll(/\b[0-9a-v]{20}\b/g, '')
}
