import { DatabaseSync } from 'node:sqlite'
import { SqliteStatement } from './sqlite-statement.ts'
import type { Row, Work } from './work.ts'

export interface ConnectionOptions {
  readonly file: string
  /** FULL: a commit survives power loss. NORMAL: for what may be done again. */
  readonly synchronous: 'FULL' | 'NORMAL'
  /** Milliseconds to wait for another writer. */
  readonly busyTimeout: number
  /** Kilobytes of pages to hold. */
  readonly cache: number
}

/** One connection to one SQLite file: runs units of work, preparing each statement once. */
export class SqliteConnection {
  readonly db: DatabaseSync
  readonly #statements = new Map<string, SqliteStatement>()

  constructor({ file, synchronous, busyTimeout, cache }: ConnectionOptions) {
    this.db = new DatabaseSync(file, { timeout: busyTimeout })
    try {
      this.db.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = ${synchronous};
        PRAGMA fullfsync = ON;
        PRAGMA wal_autocheckpoint = 0;
        PRAGMA journal_size_limit = 67108864;
        PRAGMA foreign_keys = ON;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -${cache};`)
    } catch (error) {
      this.db.close()
      throw error
    }
  }

  run<T>(work: Work<T>): T {
    let step = work.next()
    while (!step.done) step = work.next(this.all(step.value.sql, step.value.params))
    return step.value
  }

  all(sql: string, params: Row = {}): readonly Row[] {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = new SqliteStatement(this.db, sql)
      this.#statements.set(sql, statement)
    }
    return statement.all(params)
  }

  /** Runs `work` in a write transaction of its own. */
  transaction<T>(work: () => T): T {
    this.all('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.all('COMMIT')
      return result
    } catch (error) {
      if (this.db.isTransaction) this.all('ROLLBACK')
      throw error
    }
  }

  /** From now on waits this many milliseconds for others. */
  waitWhenBusy(milliseconds: number): void {
    this.db.exec(`PRAGMA busy_timeout = ${milliseconds}`)
  }

  close(): void {
    this.#statements.clear()
    this.db.close()
  }
}
