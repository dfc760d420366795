import { afterEach, beforeEach, expect, it } from 'vitest'
import { migrate } from '../../src/store/migrate.ts'
import { countLiveSignIns } from '../../src/store/sql/client-uses.ts'
import { SqliteConnection } from '../../src/store/sqlite-connection.ts'

const now = 1_800_000_000

let connection: SqliteConnection
beforeEach(() => {
  connection = new SqliteConnection({ file: ':memory:', synchronous: 'FULL', busyTimeout: 0, cache: 2_000 })
  migrate(connection)
  connection.db.exec("INSERT INTO clients (client_id, name, body, updated_at) VALUES ('web', 'web', '{}', 1)")
})
afterEach(() => connection.close())

function signIns(prefix: string, many: number, { expires_at = now + 60, revoked_at = 'NULL', token = 'NULL' } = {}) {
  connection.db.exec(`
    INSERT INTO families (id, journey_id, client_id, sub, scope, audience, login, sid, offline, created_at, expires_at,
      revoked_at, due_at, refresh_token_id)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${many})
    SELECT '${prefix}' || i, 'j', 'web', 'u', '', 'https://api.example.com', '{}', 's', 0, 1, ${expires_at},
      ${revoked_at}, 1, ${token} FROM n`)
}

const count = () => connection.run(countLiveSignIns('web', now))

it('however many have ended or were revoked before, those that live are counted', () => {
  signIns('ended', 6_000, { expires_at: now })
  signIns('revoked', 6_000, { revoked_at: String(now - 1), token: "'r'" })
  signIns('plain', 2)
  signIns('renewable', 1, { token: "'r'" })
  expect(count()).toEqual({ all: 3, renewable: 1, of: { 'https://api.example.com': 3 }, more: false })
})

it('ten thousand are counted, and more are said to be more', () => {
  signIns('plain', 10_000)
  expect(count()).toMatchObject({ all: 10_000, more: false })
  signIns('another', 1)
  expect(count()).toMatchObject({ all: 10_000, more: true })
})
