import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Population } from './population.ts'
import { rowsOf, type StoredRow } from './rows.ts'

/**
 * Puts a population into the database of an installation that does not run. In bulk: without a log, and the indexes of
 * the big tables at the end. A minute or two for each million, on a core that has nothing else to do.
 */
export function fill(file: string, population: Population): void {
  const db = new DatabaseSync(file)
  try {
    db.exec(`
      PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA foreign_keys = OFF; PRAGMA cache_size = -1000000; BEGIN`)
    const indexes = dropIndexes(db, ['families', 'refresh_tokens', 'audit'])
    for (const [table, rows] of Object.entries(rowsOf(population))) insertAll(db, table, rows)
    for (const sql of indexes) db.exec(sql)
    db.exec('COMMIT; PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL')
  } finally {
    db.close()
  }
}

/** What makes them again. */
function dropIndexes(db: DatabaseSync, tables: readonly string[]): readonly string[] {
  const found = db
    .prepare("SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    .all()
    .filter(({ tbl_name }) => tables.includes(String(tbl_name)))
  for (const { name } of found) db.exec(`DROP INDEX ${name}`)
  return found.map(({ sql }) => String(sql))
}

function insertAll(db: DatabaseSync, table: string, rows: Iterable<StoredRow>): void {
  let insert: StatementSync | undefined
  for (const row of rows) {
    insert ??= db.prepare(
      `INSERT INTO ${table} (${Object.keys(row)}) VALUES (${Object.keys(row).map(column => `$${column}`)})`,
    )
    insert.run(row)
  }
}
