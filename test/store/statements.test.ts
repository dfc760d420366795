import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { migrate } from '../../src/store/migrate.ts'
// Everything that has statements, so that they are all known.
import '../../src/store/sqlite.ts'
import { SqliteConnection } from '../../src/store/sqlite-connection.ts'
import { indexedStatements, listingStatements } from '../../src/store/work.ts'
import { temporaryDatabase } from './temporary-database.ts'

const store = join(import.meta.dirname, '../../src/store')
const options = { synchronous: 'FULL', busyTimeout: 0, cache: 2_000 } as const

/** One client and one user have everything, and nothing lasts. */
const lopsided = `
CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i FROM n;
INSERT INTO clients (client_id, body, updated_at) VALUES ('web', '{}', 1);
INSERT INTO users (sub, login, email_verified, claims, roles, disabled, updated_at)
  SELECT 'u' || i, 'l' || i, 1, '{}', '[]', 0, 1 FROM n;
INSERT INTO sessions (id, hash, sub, auth_time, amr, acr, created_at, last_used_at, expires_at, address, user_agent)
  SELECT 's' || i, 'h', 'u1', 1, 'pwd', '1', 1, 1, 1, '', '' FROM n;
INSERT INTO consents (client_id, sub, audience, scope, granted_at) SELECT 'web', 'u1', '', 'scope' || i, 1 FROM n;
INSERT INTO families (id, journey_id, client_id, sub, scope, login, sid, offline, created_at, expires_at, due_at)
  SELECT 'f' || i, 'j', 'web', 'u1', '', '{}', 's1', 0, 1, 1, 1 FROM n;
INSERT INTO codes (id, hash, family_id, redirect_uri, expires_at) SELECT 'c' || i, 'h', 'f1', '', 1 FROM n;
INSERT INTO refresh_tokens (id, hash, family_id, expires_at) SELECT 'r' || i, 'h', 'f1', 1 FROM n;
INSERT INTO successors (id, predecessor_id, salt, spent_at, expires_at) SELECT 'r' || i, 'r', 's', 1, 1 FROM n;
INSERT INTO access_tokens (id, hash, client_id, scope, issued_at, expires_at) SELECT 'a' || i, 'h', 'web', '', 1, 1 FROM n;
INSERT INTO audit (at, event, actor, sub, client_id, detail) SELECT 1, 'authorized', 'user', 'u1', 'web', '{}' FROM n;
INSERT INTO device_codes (id, hash, user_code, client_id, scope, journey_id, address, created_at, expires_at, interval)
  SELECT 'd' || i, 'h', 'u' || i, 'web', '', 'j', '', 1, 1, 5 FROM n;
INSERT INTO parked (id, expires_at) SELECT 'p' || i, 1 FROM n;
INSERT INTO revoked_jtis (jti, expires_at) SELECT 'j' || i, 1 FROM n;
INSERT INTO assertion_jtis (id, expires_at) SELECT 'j' || i, 1 FROM n;
INSERT INTO throttles (bucket, period, attempts, counted_at) SELECT 'b' || i, 1, 1, 1 FROM n;
ANALYZE;
`

function plans({ db }: SqliteConnection): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...indexedStatements].map(sql => [
      sql,
      db
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => String(detail)),
    ]),
  )
}

/** Whole tables that are read; an automatic index is one that SQLite makes of a whole table, each time. */
function scansOf(plans: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [...plans].flatMap(([sql, plan]) =>
    plan.filter(step => /^SCAN (?!counted$)|AUTOMATIC/.test(step)).map(step => `${step}: ${sql}`),
  )
}

describe('SQL', () => {
  let connection: SqliteConnection
  beforeEach(() => {
    connection = new SqliteConnection({ ...options, file: ':memory:' })
    migrate(connection)
  })
  afterEach(() => connection.close())

  it('every statement of the store is known here', () => {
    const files = readdirSync(store, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
    const verb = /\b(SELECT|INSERT INTO|DELETE FROM|UPDATE \w+ SET)\b/
    const others = files.filter(
      file => !/^(sql|migrations)\//.test(file) && verb.test(readFileSync(join(store, file), 'utf8')),
    )
    // Which schema it is and which statistics there are, what a restore ends, how many rows there are: no request waits.
    expect(others.sort()).toEqual(['look.ts', 'maintenance-worker.ts', 'migrate.ts', 'restored.ts', 'statistics.ts'])
    const unknown = files
      .filter(file => file.startsWith('sql/'))
      .filter(file => /\byield \{|\.prepare\(|\.exec\(/.test(readFileSync(join(store, file), 'utf8')))
    expect(unknown).toEqual([])
    expect(indexedStatements.size).toBeGreaterThan(100)
  })

  it('only these read a whole table, and those are small but for users, which only an export lists', () => {
    const tables = [...listingStatements].map(sql => sql.replaceAll(/\s+/g, ' ').replace(/^.*?\bFROM (\w+).*$/, '$1'))
    expect(tables.sort()).toEqual([
      'clients',
      'resource_servers',
      'set_up_links',
      'signing_keys',
      'signing_keys',
      'users',
      'versions',
    ])
  })

  it('every other statement is served by an index that is there', () => {
    expect(scansOf(plans(connection))).toEqual([])
  })

  it('the sign-ins of a client that live are looked for among its own, and no others are read', () => {
    const found = [...plans(connection)].filter(([sql]) => /^SELECT audience, refresh_token_id FROM families/.test(sql))
    expect(found.map(([, plan]) => plan)).toEqual([['SEARCH families USING INDEX families_of_client (client_id=?)']])
    expect(found[0]?.[0]).toMatch(/revoked_at IS NULL AND expires_at > \$now LIMIT \$limit$/)
  })

  it('what is sorted is what one user or one client has', () => {
    const sorting = [...plans(connection)].filter(([, plan]) => plan.some(step => step.includes('TEMP B-TREE')))
    const conditions = sorting.map(([sql]) => /WHERE (\S+ = \$\w+)/.exec(sql)?.[1])
    expect(conditions.sort()).toEqual(['c.client_id = $client_id', 'sub = $sub', 'sub = $sub'])
  })

  it('statistics that somebody made of a lopsided store change no plan', async () => {
    const database = await temporaryDatabase()
    onTestFinished(() => database.dispose())
    await (await database.open()).close()
    const analyzed = new SqliteConnection({ ...options, file: database.file })
    analyzed.db.exec(lopsided)
    analyzed.close()
    const reopened = new SqliteConnection({ ...options, file: database.file })
    expect(scansOf(plans(reopened))).not.toEqual([])
    reopened.close()
    const opened = await database.open()
    const beside = new SqliteConnection({ ...options, file: database.file })
    expect(plans(beside)).toEqual(plans(connection))
    beside.close()
    await opened.close()
  })

  it('every foreign key has an index, so that deleting a parent searches its children', () => {
    const tables = connection.all("SELECT name FROM sqlite_schema WHERE type = 'table'").map(row => String(row['name']))
    const missing = tables.flatMap(table =>
      connection
        .all(`PRAGMA foreign_key_list(${table})`)
        .map(key => String(key['from']))
        .filter(column => !indexed(table, column)),
    )
    expect(missing).toEqual([])
  })

  /** Whether a whole (not partial) index of the table begins with the column. */
  function indexed(table: string, column: string): boolean {
    return connection
      .all(`PRAGMA index_list(${table})`)
      .filter(index => index['partial'] === 0)
      .some(index => connection.all(`PRAGMA index_info(${index['name']})`)[0]?.['name'] === column)
  }

  it('statements keep to the dialect that SQLite and PostgreSQL share', () => {
    const foreign = [...indexedStatements].filter(sql =>
      /\bOR (REPLACE|IGNORE)\b|\b(changes|last_insert_rowid|ifnull|unixepoch|json\w*|max|min)\s*\(|[?@:]\w|\browid\b|"/i.test(
        sql,
      ),
    )
    expect(foreign).toEqual([])
  })
})
