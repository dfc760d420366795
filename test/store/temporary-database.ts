import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from '../../src/store/sqlite.ts'
import { start } from './samples.ts'

export const clock = { now: () => start }

export interface TemporaryDatabase {
  readonly file: string
  open(options?: Partial<SqliteStoreOptions>): Promise<SqliteStore>
  dispose(): Promise<void>
}

/** A SQLite file of its own that goes when the test is over. */
export async function temporaryDatabase(): Promise<TemporaryDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'grantwise-store-'))
  const file = join(directory, 'data', 'grantwise.sqlite')
  const opened = new Set<SqliteStore>()
  return {
    file,
    async open(options = {}) {
      const store = await openSqliteStore({ file, clock, ...options })
      opened.add(store)
      return store
    },
    async dispose() {
      await Promise.all([...opened].map(store => store.close()))
      await rm(directory, { recursive: true })
    },
  }
}
