import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AuditQuery } from '../../src/audit/record.ts'
import { withData } from '../../src/cli/with-data.ts'
import { readConfig } from '../../src/config.ts'
import type { SqliteStore } from '../../src/store/sqlite.ts'
import {
  begins,
  newToken,
  prepare,
  redeems,
  sampleAccount,
  sampleFamily,
  sampleSession,
  start,
} from '../store/samples.ts'
import { type TemporaryDatabase, temporaryDatabase } from '../store/temporary-database.ts'

let database: TemporaryDatabase
let store: SqliteStore
beforeEach(async () => {
  database = await temporaryDatabase()
  store = await database.open({ auditRetention: 100 })
  await prepare(store)
})
afterEach(() => database.dispose())

const sub = 'sub-of-alice'
const ids = async (query: Partial<AuditQuery>) =>
  (await store.audit({ first: 'oldest', limit: 1000, ...query })).map(({ id }) => id)

/** Authorizes a few times, each a second after the other. */
async function authorizations(count: number): Promise<readonly number[]> {
  const before = (await ids({})).at(-1) ?? 0
  for (let i = 0; i < count; i++) await store.commit({ ...begins(sampleFamily()), now: start + i })
  return ids({ after: before })
}

describe('reading', () => {
  test('the newest or the oldest first, as many as asked, between ids', async () => {
    const all = await authorizations(10)
    expect(all).toHaveLength(10)
    expect(all).toEqual(all.toSorted((a, b) => a - b))
    expect(await ids({ first: 'newest', limit: 3 })).toEqual(all.slice(-3).reverse())
    expect(await ids({ after: all[3], limit: 3 })).toEqual(all.slice(4, 7))
    expect(await ids({ first: 'newest', before: all[3], after: all[0] })).toEqual([all[2], all[1]])
  })

  test('from a time on', async () => {
    const all = await authorizations(10)
    expect(await ids({ since: start + 4 })).toEqual(all.slice(4))
    expect(await ids({ since: start + 4, event: 'authorized', first: 'newest', limit: 2 })).toEqual(
      all.slice(-2).reverse(),
    )
    expect(await ids({ since: start + 10 })).toEqual([])
  })

  test('of a user, a client, an event, and of several at once', async () => {
    const all = await authorizations(4)
    await store.revokeFamily('nobody', 'signed-out', start)
    await store.disableUser('alice', true, start)
    for (const query of [
      { sub, event: 'authorized' },
      { client_id: 'web', event: 'authorized' },
      { event: 'authorized' },
      { sub, client_id: 'web', event: 'authorized' },
    ]) {
      expect(await ids(query), JSON.stringify(query)).toEqual(all)
    }
    expect(await ids({ sub, event: 'user-disabled' })).toHaveLength(1)
    expect(await ids({ sub, client_id: 'other' })).toEqual([])
    expect(await ids({ sub: 'nobody' })).toEqual([])
  })

  test('a user finds what they did to others, who is named with them', async () => {
    const by = { actor: 'user', id: sub, address: '192.0.2.1', reference: 'r' } as const
    await store.addAccount({ ...sampleAccount('bob'), sub: 'sub-of-bob' }, start, { actor: 'operator' })
    await store.disableUser('bob', true, start, by)
    const done = await store.audit({ sub, event: 'user-disabled', first: 'newest', limit: 10 })
    const suffered = await store.audit({ sub: 'sub-of-bob', event: 'user-disabled', first: 'newest', limit: 10 })
    expect(done).toEqual(suffered)
    expect(done).toMatchObject([{ login: 'bob', by: { ...by, login: 'alice' } }])
  })
})

describe('one transaction', () => {
  test('what is not committed is not recorded', async () => {
    const family = sampleFamily()
    const [code, session] = [newToken(), sampleSession()]
    await store.commit(begins(family, code))
    const before = await ids({})
    const gone = { ...session, sub: 'nobody' }
    const foreign = { ...redeems(family, code), family_id: 'another' }
    expect(await store.startSession(gone, undefined)).toBe(false)
    await expect(store.commit(foreign)).rejects.toThrow()
    expect(await store.commit({ ...begins(sampleFamily(), newToken()), parked: { id: 'p', expires_at: start } })).toBe(
      'committed',
    )
    const answered = await ids({})
    expect(await store.commit({ ...begins(sampleFamily(), newToken()), parked: { id: 'p', expires_at: start } })).toBe(
      'replayed',
    )
    expect(await ids({})).toEqual(answered)
    expect(answered).toHaveLength(before.length + 1)
  })

  test('what is committed is recorded at that moment, not before', async () => {
    const before = await ids({})
    const committing = store.commit(begins(sampleFamily()))
    expect(await ids({})).toEqual(before)
    await committing
    expect(await ids({})).toHaveLength(before.length + 1)
  })
})

describe('retention', () => {
  test('removes what is older than that, in batches, and nothing else', async () => {
    await authorizations(1)
    const old = Array.from({ length: 450 }, () => store.commit({ ...begins(sampleFamily()), now: start - 50 }))
    await Promise.all(old)
    const all = await ids({})
    expect(await store.sweep(start + 49)).toMatchObject({ audit: 0 })
    expect(await store.sweepBacklog(start + 50)).toMatchObject({ audit: 450 })
    expect(await store.sweep(start + 50)).toMatchObject({ audit: 450 })
    expect(await ids({})).toHaveLength(all.length - 450)
  })

  test('is for the server to keep: a command that opens the data removes nothing', async () => {
    await authorizations(1)
    const command = await database.open()
    expect(await command.sweep(start + 1_000_000)).not.toHaveProperty('audit')
    expect((await ids({})).length).toBeGreaterThan(0)
    const data_dir = mkdtempSync(join(tmpdir(), 'grantwise-audit-'))
    const config = readConfig({ data_dir, audit_retention_days: '1' }, {}, data_dir)
    const swept = await withData(config, data => data.store.sweep(data.clock.now()))
    expect(swept).not.toHaveProperty('audit')
    rmSync(data_dir, { recursive: true })
  })
})
