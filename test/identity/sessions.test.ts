import { beforeEach, describe, expect, test } from 'vitest'
import { mintToken } from '../../src/core/token-hash.ts'
import { endSession, findSession, sessionMaxAge, startSession } from '../../src/identity/sessions.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { nodeRandom } from '../../src/keys/random.ts'
import { memoryIdentityStore } from './memory-identity-store.ts'

const random = nodeRandom(Date.now)
const day = 86_400
const begin = 1_700_000_000
let now = begin
let store = memoryIdentityStore()
let failures: unknown[] = []
beforeEach(() => {
  now = begin
  store = memoryIdentityStore()
  failures = []
})

const powers = () => ({ store, clock: { now: () => now }, random, hash: nodeHash })
const find = (cookie: string | undefined) => findSession(cookie, powers(), error => failures.push(error))
const login = { sub: 'u1', amr: ['pwd'], acr: 'acr', address: '192.0.2.1', user_agent: 'Firefox' }

test('a session is found by its cookie, of which only the hash is stored', async () => {
  const { cookie, session } = await startSession(login, powers())
  expect(session).toMatchObject({ ...login, auth_time: now, created_at: now, last_used_at: now })
  expect(session.expires_at).toBe(now + sessionMaxAge)
  expect(await find(cookie)).toEqual(session)
  expect(JSON.stringify([...store.sessions])).not.toContain(cookie.split('.')[1])
})

test('each sign-in has a new id, and the session it replaces ends', async () => {
  const first = await startSession(login, powers())
  const second = await startSession({ ...login, replaces: first.session }, powers())
  expect(second.session.token.id).not.toBe(first.session.token.id)
  expect(await find(first.cookie)).toBeUndefined()
  expect(store.ended).toEqual([`${first.session.token.id} session-replaced`])
})

test('a cookie with the right id and another secret is nobody, though the id is public', async () => {
  const { session } = await startSession(login, powers())
  expect(await find(`${session.token.id}.${random.secret()}`)).toBeUndefined()
})

test.each([undefined, '', 'x', mintToken(random)])('the cookie %j is nobody', async cookie => {
  expect(await find(cookie)).toBeUndefined()
})

test('a very long user agent is cut', async () => {
  const { session } = await startSession({ ...login, user_agent: 'x'.repeat(100_000) }, powers())
  expect(session.user_agent).toHaveLength(256)
})

describe('a session ends', () => {
  test('after a week unused', async () => {
    const { cookie } = await startSession(login, powers())
    now += 7 * day - 1
    expect(await find(cookie)).toBeDefined()
    now += 7 * day
    expect(await find(cookie)).toBeUndefined()
  })

  test('after thirty days however much used', async () => {
    const { cookie } = await startSession(login, powers())
    for (let i = 1; i < 30; i++) {
      now += day
      expect(await find(cookie)).toBeDefined()
    }
    now = begin + sessionMaxAge - 1
    expect(await find(cookie)).toBeDefined()
    now += 1
    expect(await find(cookie)).toBeUndefined()
  })

  test('when asked to, with the reason', async () => {
    const { cookie, session } = await startSession(login, powers())
    await endSession(session, 'signed-out', powers())
    expect(await find(cookie)).toBeUndefined()
    expect(store.ended).toEqual([`${session.token.id} signed-out`])
  })
})

describe('use', () => {
  test('is recorded at most every ten minutes', async () => {
    const { cookie } = await startSession(login, powers())
    for (const step of [0, 1, 598, 1, 1, 598, 1]) {
      now += step
      await find(cookie)
    }
    expect(store.touched).toHaveLength(2)
  })

  test('that cannot be recorded signs nobody out', async () => {
    const { cookie } = await startSession(login, powers())
    now += 600
    store.touchSession = () => Promise.reject(new Error('disk full'))
    expect(await find(cookie)).toBeDefined()
    await Promise.resolve()
    expect(failures).toEqual([new Error('disk full')])
  })
})
