import { operator } from '../core/by.ts'
import type { ReasonId } from '../core/reasons.ts'
import { migrate } from './migrate.ts'
import { record } from './sql/audit.ts'
import type { Ended } from './sql/sessions.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { storeError } from './sqlite-errors.ts'

const why: ReasonId = 'backup-restored'

/**
 * Makes a copy that nobody else uses ready to serve: its schema is brought up to date and its audit trail says that
 * it was put back. With `end`, every session and everything that was granted ends in the same transaction.
 * @throws StoreUnavailable
 */
export function settleRestored(file: string, { end, now }: { readonly end: boolean; readonly now: number }): Ended {
  const connection = new SqliteConnection({ file, synchronous: 'FULL', busyTimeout: 0, cache: 16_000 })
  try {
    migrate(connection)
    const ended = connection.transaction(() => {
      const all = end ? endEverything(connection, now) : { sessions: 0, authorizations: 0 }
      connection.run(record({ event: 'backup-restored', detail: { ...all } }, operator, now))
      return all
    })
    connection.all('PRAGMA wal_checkpoint(TRUNCATE)')
    return ended
  } catch (error) {
    throw storeError(error)
  } finally {
    connection.close()
  }
}

/** Whatever was spent or revoked after the copy was made is whole again in it, so that nothing of it may be used. */
function endEverything(connection: SqliteConnection, now: number): Ended {
  const sessions = connection.all('DELETE FROM sessions RETURNING id').length
  const { length } = connection.all(
    'UPDATE families SET revoked_at = $now, revoked_why = $why WHERE revoked_at IS NULL RETURNING id',
    { now, why },
  )
  connection.all('DELETE FROM access_tokens WHERE family_id IS NULL')
  return { sessions, authorizations: length }
}
