import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { mintToken } from '../../src/core/token-hash.ts'
import type { Account } from '../../src/identity/ports.ts'
import {
  endSession,
  findSession,
  type NewSession,
  sessionMaxAge,
  startSession as start,
} from '../../src/identity/sessions.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { nodeRandom } from '../../src/keys/random.ts'
import { type IdentityDatabase, identityDatabase } from './identity-database.ts'

const random = nodeRandom(Date.now)
const day = 86_400
const begin = 1_700_000_000
let now = begin
let database: IdentityDatabase
let failures: unknown[] = []
beforeEach(async () => {
  now = begin
  database = await identityDatabase(['u1', 'u2'].map(account))
  failures = []
})
afterEach(() => database.dispose())

const check = { by: (actor: 'user' | 'client', id?: string) => ({ actor, ...(id === undefined ? {} : { id }) }) }
const powers = () => ({ store: database.store, clock: { now: () => now }, random, hash: nodeHash, check })

function account(sub: string): Account {
  return { sub, login: sub, email_verified: false, claims: {}, roles: [], disabled: false, password_hash: 'hash' }
}

async function startSession(session: NewSession, by: ReturnType<typeof powers>) {
  const started = await start(session, by)
  if (started === undefined) throw new Error('no session began')
  return started
}

const find = (cookie: string | undefined) => findSession(cookie, powers(), error => failures.push(error))
const login = { sub: 'u1', amr: ['pwd'], acr: 'acr', address: '192.0.2.1', user_agent: 'Firefox' }

test('a session is found by its cookie, of which only the hash is stored', async () => {
  const { cookie, session } = await startSession(login, powers())
  expect(session).toMatchObject({ ...login, auth_time: now, created_at: now, last_used_at: now })
  expect(session.expires_at).toBe(now + sessionMaxAge)
  expect(await find(cookie)).toEqual(session)
  expect(JSON.stringify(database.rows('SELECT * FROM sessions'))).not.toContain(cookie.split('.')[1])
})

test('each sign-in has a new id, and the session it replaces ends', async () => {
  const first = await startSession(login, powers())
  const second = await startSession({ ...login, replaces: first.session }, powers())
  expect(second.session.token.id).not.toBe(first.session.token.id)
  expect(await find(first.cookie)).toBeUndefined()
  expect(await find(second.cookie)).toEqual(second.session)
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
    vi.spyOn(database.store, 'touchSession').mockResolvedValue()
    now += 7 * day - 1
    expect(await find(cookie)).toBeDefined()
    now += 1
    expect(await find(cookie)).toBeUndefined()
  })

  test('after thirty days however much used', async () => {
    const { cookie } = await startSession(login, powers())
    const touch = vi.spyOn(database.store, 'touchSession')
    for (let i = 1; i < 30; i++) {
      now += day
      expect(await find(cookie)).toBeDefined()
      await touch.mock.results.at(-1)?.value
    }
    now = begin + sessionMaxAge - 1
    expect(await find(cookie)).toBeDefined()
    now += 1
    expect(await find(cookie)).toBeUndefined()
  })

  test('when asked to, with the reason', async () => {
    const { cookie, session } = await startSession(login, powers())
    const end = vi.spyOn(database.store, 'endSession')
    await endSession(session, 'signed-out', powers())
    expect(await find(cookie)).toBeUndefined()
    expect(end).toHaveBeenCalledExactlyOnceWith(session.token.id, 'signed-out', now)
  })
})

describe('use', () => {
  test('is recorded at most every ten minutes', async () => {
    const { cookie } = await startSession(login, powers())
    const touch = vi.spyOn(database.store, 'touchSession')
    for (const step of [0, 1, 598, 1, 1, 598, 1]) {
      now += step
      await find(cookie)
      await Promise.all(touch.mock.results.map(({ value }) => value))
    }
    expect(touch).toHaveBeenCalledTimes(2)
  })

  test('that cannot be recorded signs nobody out', async () => {
    const { cookie } = await startSession(login, powers())
    now += 600
    vi.spyOn(database.store, 'touchSession').mockRejectedValue(new Error('disk full'))
    expect(await find(cookie)).toBeDefined()
    await expect.poll(() => failures).toHaveLength(1)
    expect(failures).toEqual([new Error('disk full')])
  })
})

test.each([
  ['was deleted', { ...login, sub: 'nobody' }],
  ['has another password by now', { ...login, proof: 'another hash' }],
])('no session begins for a user who %s', async (_, session) => {
  expect(await start(session, powers())).toBeUndefined()
  expect(database.rows('SELECT * FROM sessions')).toEqual([])
})

test('no session begins for a user who was disabled meanwhile, and the one it would replace stays', async () => {
  const { cookie, session } = await startSession({ ...login, sub: 'u2' }, powers())
  await database.store.disableUser('u1', true, now)
  expect(await start({ ...login, replaces: session }, powers())).toBeUndefined()
  expect(await find(cookie)).toEqual(session)
})
