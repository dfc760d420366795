import type { SqliteConnection } from './sqlite-connection.ts'

/**
 * Forgets what ANALYZE found, should somebody have run it: where one user or one client has most of the rows, SQLite
 * reads whole tables by it, for everybody. Without statistics it takes the index that each statement was written for.
 */
export function forgetStatistics(connection: SqliteConnection): void {
  const known = connection.all("SELECT name FROM sqlite_schema WHERE name = 'sqlite_stat1'").length > 0
  if (!known || connection.all('SELECT idx FROM sqlite_stat1 LIMIT 1').length === 0) return
  // The second lets go of what this connection has read of it.
  connection.db.exec('DELETE FROM sqlite_stat1; ANALYZE sqlite_schema')
}
