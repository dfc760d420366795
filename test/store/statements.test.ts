import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrate } from '../../src/store/migrate.ts'
// Everything that has statements, so that they are all known.
import '../../src/store/sqlite.ts'
import { SqliteConnection } from '../../src/store/sqlite-connection.ts'
import { indexedStatements } from '../../src/store/work.ts'

describe('SQL', () => {
  let connection: SqliteConnection
  beforeEach(() => {
    connection = new SqliteConnection({ file: ':memory:', synchronous: 'FULL', busyTimeout: 0, cache: 2_000 })
    migrate(connection)
  })
  afterEach(() => connection.close())

  it('every statement but those that list a whole table is served by an index', () => {
    expect(indexedStatements.size).toBeGreaterThan(40)
    const scans = [...indexedStatements].flatMap(sql =>
      connection.db
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(step => String(step['detail']))
        .filter(step => /^SCAN (?!counted$)/.test(step))
        .map(step => `${step}: ${sql}`),
    )
    expect(scans).toEqual([])
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
