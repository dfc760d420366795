import type { SqliteConnection } from './sqlite-connection.ts'

/** Pages in the log beyond which writers may be held up for a moment, so that it starts again: 64 MB. */
const restartPages = 16_384

/** Copies the log into the database, in nobody's way unless the log has grown long. */
export function checkpoint(connection: SqliteConnection): void {
  const [row] = connection.all('PRAGMA wal_checkpoint(PASSIVE)')
  if (Number(row?.['log']) <= restartPages) return
  // Under steady writes a passive checkpoint never catches up. A reader that lasts (a backup) is not waited for.
  connection.waitWhenBusy(50)
  connection.all('PRAGMA wal_checkpoint(RESTART)')
}
