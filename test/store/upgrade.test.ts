import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import type { Family, RefreshToken } from '../../src/core/authorization.ts'
import type { TokenHash } from '../../src/core/token-hash.ts'
import { migrate } from '../../src/store/migrate.ts'
import { initial } from '../../src/store/migrations/0001-initial.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { SqliteConnection } from '../../src/store/sqlite-connection.ts'
import { newToken, rotates, sampleClient, start } from './samples.ts'

/** What a server of the first schema left in its database. */
const dump = `
INSERT INTO clients (client_id, body, updated_at) VALUES ('web', '${JSON.stringify(bodyOf())}', 1);
INSERT INTO users (sub, login, email, email_verified, password_hash, claims, roles, disabled, updated_at) VALUES
  ('sub-of-alice', 'alice', 'alice@example.com', 1, 'hash', '{"name":"Alice"}', '["owner","admin"]', 0, 1),
  ('sub-of-bob', 'bob', NULL, 0, NULL, '{}', '["administrator"]', 0, 1);
INSERT INTO sessions VALUES ('0000000000000000000s', 'h', 'sub-of-alice', ${start}, 'pwd', '1', ${start}, ${start}, ${start + 9999}, '192.0.2.1', 'Firefox');
INSERT INTO consents VALUES ('web', 'sub-of-alice', '', 'openid', ${start - 500});
INSERT INTO families (id, journey_id, client_id, sub, scope, login, sid, offline, created_at, expires_at) VALUES
  ('0000000000000000000f', 'j', 'web', 'sub-of-alice', 'openid offline_access', '{"auth_time":1,"amr":["pwd"],"acr":"1"}', '0000000000000000000s', 1, ${start - 100}, ${start + 9999});
INSERT INTO refresh_tokens (id, hash, family_id, expires_at) VALUES
  ('0000000000000000000r', 'hash-of-0000000000000000000r', '0000000000000000000f', ${start + 9999});
INSERT INTO families (id, journey_id, client_id, sub, scope, login, sid, offline, created_at, expires_at) VALUES
  ('0000000000000000000g', 'j', 'web', 'sub-of-bob', 'openid offline_access', '{"auth_time":1,"amr":["pwd"],"acr":"1"}', 'gone', 1, ${start - 100}, ${start + 9999});
INSERT INTO refresh_tokens (id, hash, family_id, predecessor_id, expires_at, spent_at, successor_id, successor_salt) VALUES
  ('000000000000000000c1', 'hash-of-000000000000000000c1', '0000000000000000000g', NULL, ${start + 9999}, ${start - 50}, '000000000000000000c2', NULL),
  ('000000000000000000c2', 'hash-of-000000000000000000c2', '0000000000000000000g', '000000000000000000c1', ${start + 9999}, ${start - 5}, '000000000000000000b3', 'salt'),
  ('000000000000000000b3', 'hash-of-000000000000000000b3', '0000000000000000000g', '000000000000000000c2', ${start + 9999}, NULL, NULL, NULL);
`

function bodyOf() {
  const { client_id: _, secrets: __, ...body } = sampleClient()
  return body
}

async function upgraded() {
  const directory = mkdtempSync(join(tmpdir(), 'grantwise-upgrade-'))
  const file = join(directory, 'grantwise.db')
  const old = new SqliteConnection({ file, synchronous: 'FULL', busyTimeout: 0, cache: 2_000 })
  migrate(old, [initial])
  old.db.exec(dump)
  old.close()
  const store = await openSqliteStore({ file, clock: { now: () => start } })
  onTestFinished(async () => {
    await store.close()
    rmSync(directory, { recursive: true })
  })
  return { store, file }
}

function tokenOf(id: string): TokenHash {
  return { id, hash: `hash-of-${id}` } as TokenHash
}

test('a database of the first schema is brought up to date with everything in it', async () => {
  const { store, file } = await upgraded()
  expect(await store.accountByLogin('alice')).toMatchObject({ sub: 'sub-of-alice', roles: ['owner', 'admin'] })
  expect(await store.hasAdmin()).toBe(true)
  expect(await store.appsOfUser('sub-of-alice', '', start, 10)).toEqual([
    { client_id: 'web', parts: [{ audience: '', scope: ['openid', 'offline_access'] }], since: start - 500 },
  ])
  const alive = { now: start, used_after: 0, limit: 10 }
  expect(await store.sessionsOfUser('sub-of-alice', 'w', alive)).toMatchObject([{ user_agent: 'Firefox' }])
  const reader = new DatabaseSync(file, { readOnly: true })
  expect(reader.prepare('SELECT login FROM users WHERE admin = 1').all()).toEqual([{ login: 'alice' }])
  reader.close()
})

test('what the older server began goes on, and its use is recorded from now on', async () => {
  const { store } = await upgraded()
  const token = tokenOf('0000000000000000000r')
  const found = await store.refreshToken(token)
  if (found === undefined) throw new Error('the refresh token is gone')
  expect(await store.commit(rotates(found.family, token, newToken()))).toBe('committed')
  expect(await store.appsOfUser('sub-of-alice', '', start, 10)).toMatchObject([{ last_used_at: start }])
  await store.disableUser('alice', true, start)
  expect((await store.family(found.family.id))?.revoked_at).toBe(start)
})

test('what the older server had rotated stays spent, and may be repeated for as long as it might have been', async () => {
  const { store } = await upgraded()
  const chain = ['000000000000000000c1', '000000000000000000c2', '000000000000000000b3'].map(tokenOf)
  const [first, second, third] = (await Promise.all(chain.map(token => store.refreshToken(token)))) as RefreshToken[]
  expect(first).toMatchObject({ spent_at: expect.any(Number) })
  expect(first?.successor).toBeUndefined()
  expect(second).toMatchObject({ spent_at: start - 5, successor: { id: third?.token.id, salt: 'salt' } })
  expect(third?.spent_at).toBeUndefined()
  const [family, old] = [second?.family as Family, first?.token as TokenHash]
  expect(await store.commit(rotates(family, chain[1] as TokenHash, newToken()))).toBe('superseded')
  expect(await store.commit(rotates(family, old, newToken()))).toBe('replayed')
  expect((await store.family(family.id))?.revoked_at).toBe(start)
})

test('a family that was under way is swept when it ends, not before', async () => {
  const { store } = await upgraded()
  expect(await store.sweep(start + 9_998)).toMatchObject({ families: 0 })
  expect(await store.sweep(start + 9_999)).toMatchObject({ families: 2, refresh_tokens: 4 })
})

test('without an admin before, there is none after', async () => {
  const { store } = await upgraded()
  await store.deleteUser('alice', start)
  expect(await store.hasAdmin()).toBe(false)
})
