import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createThrottle, type Throttle } from '../../src/identity/throttle.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { type IdentityDatabase, identityDatabase } from './identity-database.ts'

const start = 900 * 1_888_888
let now = start
let database: IdentityDatabase
let throttle: Throttle
beforeEach(async () => {
  now = start
  database = await identityDatabase()
  throttle = keyed('key')
})
afterEach(() => database.dispose())

function keyed(key: string): Throttle {
  return createThrottle({ store: database.store, clock: { now: () => now }, hash: nodeHash, key })
}

const buckets = (): readonly string[] => database.rows('SELECT bucket FROM throttles').map(row => String(row['bucket']))

const alice = { login: 'alice', address: '192.0.2.1' }

async function allowed(times: number, guess: (i: number) => Parameters<Throttle['count']>[0]): Promise<number> {
  const answers = await Promise.all(Array.from({ length: times }, (_, i) => throttle.count(guess(i))))
  return answers.filter(answer => answer.allowed).length
}

test('15 guesses at one account, from however many addresses, all at once', async () => {
  expect(await allowed(100, i => ({ login: 'alice', address: `192.0.2.${i}` }))).toBe(15)
})

test('300 guesses from one address, at however many accounts', async () => {
  expect(await allowed(400, i => ({ login: `user${i}`, address: '192.0.2.1' }))).toBe(300)
})

test('an IPv6 /64 is one address, and so are both spellings of an IPv4 one', async () => {
  expect(await allowed(400, i => ({ login: `u${i}`, address: `2001:db8::${i.toString(16)}` }))).toBe(300)
  expect(await allowed(400, i => ({ login: `v${i}`, address: i % 2 ? '192.0.2.9' : '::ffff:192.0.2.9' }))).toBe(300)
})

test('the wait is to the end of the quarter of an hour, and then all is forgotten', async () => {
  now = start + 100
  await allowed(15, () => alice)
  expect(await throttle.count(alice)).toEqual({ allowed: false, retry_after: 800 })
  now = start + 899
  expect(await throttle.count(alice)).toEqual({ allowed: false, retry_after: 1 })
  now = start + 900
  expect(await throttle.count(alice)).toMatchObject({ allowed: true })
})

test('a refund gives back one guess and resets nothing', async () => {
  await allowed(14, () => alice)
  const last = await throttle.count(alice)
  if (!last.allowed) throw new Error('the fifteenth is allowed')
  await last.refund()
  expect(await allowed(5, () => alice)).toBe(1)
})

test('a refund that comes in the next window takes nothing from it', async () => {
  const late = await throttle.count(alice)
  now += 900
  await allowed(1, () => alice)
  if (late.allowed) await late.refund()
  expect(await allowed(20, () => alice)).toBe(14)
})

describe('a browser that signed in before', () => {
  test('still may when strangers have used up the account', async () => {
    await allowed(50, i => ({ login: 'alice', address: `192.0.2.${i}` }))
    expect(await throttle.count({ ...alice, address: '198.51.100.1', browser: 'b' })).toMatchObject({ allowed: true })
  })

  test('has 15 guesses of its own', async () => {
    expect(await allowed(50, i => ({ login: 'alice', address: `192.0.2.${i}`, browser: 'b' }))).toBe(15)
  })
})

test('buckets are few, and name nobody', async () => {
  await allowed(500, i => ({ login: `user${i}`, address: `10.0.${i >> 8}.${i & 255}` }))
  for (const bucket of buckets()) {
    const [, kind, number] = /^(account|address):(\d+)$/.exec(bucket) ?? []
    expect(Number(number)).toBeLessThan(kind === 'account' ? 2 ** 20 : 2 ** 16)
  }
})

test('nobody without the key can aim at a bucket', async () => {
  await throttle.count(alice)
  await keyed('other').count(alice)
  expect(buckets()).toHaveLength(4)
})
