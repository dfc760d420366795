import { DatabaseSync } from 'node:sqlite'
import type { Account } from '../../src/identity/ports.ts'
import type { SqliteStore } from '../../src/store/sqlite.ts'
import { temporaryDatabase } from '../store/temporary-database.ts'

export interface IdentityDatabase {
  readonly store: SqliteStore
  /** What another reader of the file sees. */
  rows(sql: string): readonly Record<string, unknown>[]
  dispose(): Promise<void>
}

/** A store of its own, with these accounts. */
export async function identityDatabase(accounts: readonly Account[] = []): Promise<IdentityDatabase> {
  const database = await temporaryDatabase()
  const store = await database.open()
  await store.applyChanges(
    accounts.map(account => ({ kind: 'put_user', account })),
    0,
  )
  const reader = new DatabaseSync(database.file, { readOnly: true })
  return {
    store,
    rows: sql => reader.prepare(sql).all(),
    async dispose() {
      reader.close()
      await database.dispose()
    },
  }
}
