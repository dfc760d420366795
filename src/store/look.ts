import { existsSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { refuseNewerSchema } from './migrate.ts'
import { unusable } from './sqlite-errors.ts'
import type { Row } from './work.ts'

/** What of a database decides whether a server may start on it. */
export interface Look {
  /** Undefined before a first start. */
  readonly issuer: string | undefined
  readonly keys: readonly { readonly kid: string; readonly sealed: string; readonly created_at: number }[]
}

/**
 * Looks into a database, of whatever schema, that no server uses; nothing where there is none yet. Nothing of it is
 * changed: not even SQLite's index of the log, unless a crash has left a log.
 * @throws Error with a sentence that names the file, and the cause
 */
export function lookInto(file: string): Look | undefined {
  if (!isBegun(file)) return undefined
  try {
    const database = new DatabaseSync(place(file), { readOnly: true })
    try {
      return look(sql => database.prepare(sql).all() as Row[])
    } finally {
      database.close()
    }
  } catch (error) {
    throw unusable(file, error)
  }
}

/** A crash in the first moments leaves an empty file, or a journal that only whoever writes can undo. */
function isBegun(file: string): boolean {
  const there = statSync(file, { throwIfNoEntry: false })
  return there !== undefined && there.size > 0 && !existsSync(`${file}-journal`)
}

/** Without a log beside it, the file is all there is: SQLite needs neither locks nor files to read it. */
function place(file: string): URL {
  const url = pathToFileURL(file)
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false })
  if (log === undefined || log.size === 0) url.searchParams.set('immutable', '1')
  return url
}

function look(rows: (sql: string) => readonly Row[]): Look {
  const tables = new Set(rows("SELECT name FROM sqlite_schema WHERE type = 'table'").map(({ name }) => name))
  const from = (table: string, sql: string) => (tables.has(table) ? rows(sql) : [])
  refuseNewerSchema(Number(from('migrations', 'SELECT max(version) AS version FROM migrations')[0]?.['version'] ?? 0))
  return {
    issuer: from('meta', "SELECT value FROM meta WHERE name = 'issuer'")[0]?.['value']?.toString(),
    keys: from('signing_keys', 'SELECT kid, sealed, created_at FROM signing_keys').map(row => ({
      kid: String(row['kid']),
      sealed: String(row['sealed']),
      created_at: Number(row['created_at']),
    })),
  }
}
