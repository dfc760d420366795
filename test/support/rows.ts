import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * How many rows each table of a running server's database has, as another process would count them; but when a client
 * was used last, once an hour beside whatever it was given, only where that is asked for too.
 */
export function countRows(data_dir: string, { uses = false } = {}): Record<string, number> {
  const database = new DatabaseSync(join(data_dir, 'grantwise.db'), { readOnly: true })
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all()
    const counted = tables.filter(({ name }) => uses || name !== 'client_uses')
    return Object.fromEntries(
      counted.map(({ name }) => [
        name,
        Number(database.prepare(`SELECT count(*) AS rows FROM "${name}"`).get()?.['rows']),
      ]),
    )
  } finally {
    database.close()
  }
}

/** All rows of one table. */
export function readRows(data_dir: string, table: string): Record<string, unknown>[] {
  const database = new DatabaseSync(join(data_dir, 'grantwise.db'), { readOnly: true })
  try {
    return database.prepare(`SELECT * FROM "${table}"`).all()
  } finally {
    database.close()
  }
}
