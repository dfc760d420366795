import { type Migration, migrations } from './migrations/index.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/** Brings the schema to what this program knows, each step in its own transaction. */
export function migrate(connection: SqliteConnection, steps: readonly Migration[] = migrations): void {
  connection.db.exec(
    'CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL) STRICT',
  )
  refuseNewerSchema(schemaVersion(connection), steps)
  for (const step of steps) apply(connection, step)
}

/** What a newer program has written is not understood here, and is left alone. */
export function refuseNewerSchema(found: number, steps: readonly Migration[] = migrations): void {
  const newest = steps.at(-1)?.version ?? 0
  if (found <= newest) return
  throw new Error(
    `it was written by a newer Grantwise (schema ${found}, this program knows ${newest}); start that version or a later one`,
  )
}

/** Another process may start at the same time: whether a step is due is asked inside its transaction. */
function apply(connection: SqliteConnection, { version, sql, functions = {} }: Migration): void {
  connection.transaction(() => {
    if (schemaVersion(connection) >= version) return
    for (const [name, call] of Object.entries(functions)) connection.db.function(name, text => call(String(text)))
    connection.db.exec(sql)
    connection.all('INSERT INTO migrations (version, applied_at) VALUES ($version, CURRENT_TIMESTAMP)', { version })
  })
}

function schemaVersion(connection: SqliteConnection): number {
  return Number(connection.all('SELECT max(version) AS version FROM migrations')[0]?.['version'] ?? 0)
}
