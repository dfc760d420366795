import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDeviceLimits } from '../../src/identity/device-limits.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { type IdentityDatabase, identityDatabase } from './identity-database.ts'

const start = 900 * 1_888_888
let now = start
let database: IdentityDatabase
let limits: ReturnType<typeof createDeviceLimits>
beforeEach(async () => {
  now = start
  database = await identityDatabase()
  limits = createDeviceLimits({ store: database.store, clock: { now: () => now }, hash: nodeHash, key: 'key' })
})
afterEach(() => database.dispose())

const buckets = () => database.rows('SELECT bucket FROM throttles').map(row => String(row['bucket']))

test('a public client may be asked for from everywhere 60 000 times in a quarter of an hour; other clients go on', async () => {
  expect(await limits.countRequest('tv', '192.0.2.1')).toBeUndefined()
  const overall = buckets().find(it => it.startsWith('device-overall')) ?? ''
  const many = Array.from({ length: 59_998 }, () => overall)
  await database.store.countAttempts(many, Math.floor(start / 900))
  expect(await limits.countRequest('tv', '192.0.2.2')).toBeUndefined()
  now = start + 100
  expect(await limits.countRequest('tv', '192.0.2.3')).toBe(800)
  expect(await limits.countRequest('other', '192.0.2.3')).toBeUndefined()
  now = start + 900
  expect(await limits.countRequest('tv', '192.0.2.3')).toBeUndefined()
})

test('what one address asks too often uses up nothing of what is there for all', async () => {
  const waits = await Promise.all(Array.from({ length: 100 }, () => limits.countRequest('tv', '192.0.2.1')))
  expect(waits.filter(wait => wait === undefined)).toHaveLength(60)
  const [all] = database.rows("SELECT attempts FROM throttles WHERE bucket LIKE 'device-overall%'")
  expect(all?.['attempts']).toBe(60)
})

test('guesses are counted by who makes them and from where, and a right one is taken back', async () => {
  for (let time = 0; time < 10; time++)
    expect(await limits.countGuess('alice', '192.0.2.1')).toMatchObject({ allowed: true })
  expect(await limits.countGuess('alice', '192.0.2.2')).toEqual({ allowed: false, retry_after: 900 })
  const bob = await limits.countGuess('bob', '192.0.2.1')
  if (!bob.allowed) throw new Error('bob may guess')
  await bob.refund()
  const counts = database.rows(
    "SELECT attempts FROM throttles WHERE bucket LIKE 'user-code-address%' ORDER BY attempts",
  )
  expect(counts.map(row => row['attempts'])).toEqual([1, 10])
})

test('nobody’s name or address is in the buckets', async () => {
  await limits.countGuess('alice', '192.0.2.1')
  await limits.countRequest('tv', '192.0.2.1')
  for (const bucket of buckets()) expect(bucket).toMatch(/^(user-code|user-code-address|device|device-overall):\d+$/)
})
