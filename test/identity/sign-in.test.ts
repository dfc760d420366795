import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createCheck } from '../../src/core/check.ts'
import type { Detail } from '../../src/core/errors.ts'
import { createKnownBrowsers } from '../../src/identity/known-browser.ts'
import { createPasswords, TooManySignIns } from '../../src/identity/passwords.ts'
import type { Account } from '../../src/identity/ports.ts'
import { findSession } from '../../src/identity/sessions.ts'
import { type SignIn, signIn } from '../../src/identity/sign-in.ts'
import { createThrottle } from '../../src/identity/throttle.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { nodeRandom } from '../../src/keys/random.ts'
import { type IdentityDatabase, identityDatabase } from './identity-database.ts'

const passwords = createPasswords()
afterAll(() => passwords.close())

const now = 900 * 1_888_888 + 300
const clock = { now: () => now }
const random = nodeRandom(Date.now)
const knownBrowsers = createKnownBrowsers({ hash: nodeHash, random, key: 'browser' })

let accounts: readonly Account[] = []
beforeAll(async () => {
  const account = { email_verified: false, claims: {}, roles: [], disabled: false }
  const password_hash = await passwords.hash('right')
  accounts = [
    { ...account, sub: 'u1', login: 'alice', password_hash },
    { ...account, sub: 'u2', login: 'gone', password_hash, disabled: true },
    { ...account, sub: 'u3', login: 'passkey-only' },
  ]
})

let database: IdentityDatabase
let jobs = 0
let journey: string[] = []
let details: Detail[] = []
beforeEach(async () => {
  database = await identityDatabase(accounts)
  jobs = 0
  journey = []
  details = []
})

afterEach(() => database.dispose())

const counts = () => database.rows('SELECT attempts FROM throttles').map(row => row['attempts'])
const sids = () => database.rows('SELECT id FROM sessions').map(row => row['id'])

const counting = {
  verify(hash: string | undefined, password: string) {
    jobs += 1
    return passwords.verify(hash, password)
  },
  hash(password: string) {
    jobs += 1
    return passwords.hash(password)
  },
}

const powers = () => ({
  store: database.store,
  throttle: createThrottle({ store: database.store, clock, hash: nodeHash, key: 'throttle' }),
  knownBrowsers,
  passwords: counting,
  clock,
  random,
  hash: nodeHash,
  check: createCheck({
    id: 'j',
    passed: reason => journey.push(`+${reason}`),
    refused: (reason, _, detail) => {
      journey.push(`-${reason}`)
      details.push(detail)
    },
    noticed: () => {},
    names: () => {},
    joins: () => {},
    continues: () => {},
    stored: () => {},
    revoked: () => {},
  }),
})

const form: SignIn = { login: 'alice', password: 'right', address: '192.0.2.1', user_agent: 'Firefox' }
const attempt = (change: Partial<SignIn> = {}) => signIn({ ...form, ...change }, powers())

test('the right password starts a session', async () => {
  const result = await attempt({ login: ' ALICE ' })
  if (result.kind !== 'signed-in') throw new Error(result.kind)
  expect(result.user).toEqual({
    sub: 'u1',
    login: 'alice',
    email_verified: false,
    claims: {},
    roles: [],
    disabled: false,
  })
  expect(result.session).toMatchObject({ sub: 'u1', auth_time: now, amr: ['pwd'], acr: 'urn:grantwise:acr:password' })
  expect(await findSession(result.cookie, powers(), () => {})).toEqual(result.session)
  expect(knownBrowsers.proves(result.knownBrowser, 'alice')).toBeDefined()
  expect(journey).toEqual(['+sign-in-throttled', '+login-unknown', '+password-wrong', '+account-disabled'])
})

test('signing in again in the same browser ends the session before', async () => {
  const first = await attempt()
  if (first.kind !== 'signed-in') throw new Error(first.kind)
  const second = await attempt({ replaces: first.session, knownBrowser: first.knownBrowser })
  if (second.kind !== 'signed-in') throw new Error(second.kind)
  expect(sids()).toEqual([second.session.token.id])
})

test.each([
  ['somebody unknown', { login: 'nobody' }, ['+sign-in-throttled', '-login-unknown']],
  ['a login that cannot be', { login: 'a\0b' }, ['+sign-in-throttled', '-login-unknown']],
  ['no login', { login: '' }, ['+sign-in-throttled', '-login-unknown']],
  ['a wrong password', { password: 'wrong' }, ['+sign-in-throttled', '+login-unknown', '-password-wrong']],
  ['no password', { password: '' }, ['+sign-in-throttled', '+login-unknown', '-password-wrong']],
  ['a user without one', { login: 'passkey-only' }, ['+sign-in-throttled', '+login-unknown', '-password-wrong']],
  [
    'a disabled account and a wrong password',
    { login: 'gone', password: 'wrong' },
    ['+sign-in-throttled', '+login-unknown', '-password-wrong'],
  ],
  [
    'a disabled account',
    { login: 'gone' },
    ['+sign-in-throttled', '+login-unknown', '+password-wrong', '-account-disabled'],
  ],
])('%s looks like every other failure, costs one hash and counts', async (_, change, steps) => {
  const result = await attempt(change)
  if (result.kind !== 'refused') throw new Error(result.kind)
  expect(Object.keys(result)).toEqual(['kind', 'error'])
  expect(result.error).toMatchObject({
    error: 'access_denied',
    error_description: 'the login or the password is not right',
  })
  expect(journey).toEqual(steps)
  expect(jobs).toBe(1)
  expect(sids()).toEqual([])
  expect(counts()).toEqual([1, 1])
})

test('what somebody unknown typed is in no log', async () => {
  await attempt({ login: 'hunter2' })
  expect(JSON.stringify(details)).not.toContain('hunter2')
})

test.each(['alice', 'nobody', 'gone', 'a\0b'])(
  'the sixteenth guess at %j waits, right or wrong, and hashes nothing',
  async login => {
    await Promise.all(Array.from({ length: 15 }, () => attempt({ login, password: 'wrong' })))
    jobs = 0
    journey = []
    const result = await attempt({ login })
    expect(result).toMatchObject({ kind: 'throttled', retry_after: 600, error: { reason: 'sign-in-throttled' } })
    expect(journey).toEqual(['-sign-in-throttled'])
    expect(jobs).toBe(0)
  },
)

test('a success takes back its own guess and no failure', async () => {
  await Promise.all(Array.from({ length: 14 }, () => attempt({ password: 'wrong' })))
  for (let i = 0; i < 3; i++) expect((await attempt()).kind).toBe('signed-in')
  expect((await attempt({ password: 'wrong' })).kind).toBe('refused')
  expect((await attempt()).kind).toBe('throttled')
})

test('a browser that signed in before is not locked out by strangers, one that did not is', async () => {
  const first = await attempt()
  if (first.kind !== 'signed-in') throw new Error(first.kind)
  await Promise.all(Array.from({ length: 16 }, () => attempt({ password: 'wrong', address: '203.0.113.1' })))
  const { knownBrowser } = first
  expect((await attempt({ knownBrowser })).kind).toBe('signed-in')
  const stranger = knownBrowsers.remember(undefined, 'mallory')
  expect((await attempt({ knownBrowser: stranger })).kind).toBe('throttled')
  expect((await attempt()).kind).toBe('throttled')
})

test('a full queue is an error of ours and no failure of theirs', async () => {
  const busy = { ...powers(), passwords: { ...counting, verify: () => Promise.reject(new TooManySignIns()) } }
  await expect(signIn(form, busy)).rejects.toThrow(TooManySignIns)
  expect(counts()).toEqual([0, 0])
})
