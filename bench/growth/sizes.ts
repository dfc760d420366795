import { DatabaseSync } from 'node:sqlite'
import type { FilledStore } from './store.ts'

/** Bytes of each table with its indexes, and of the file, as filled. */
export interface Sizes {
  readonly file: number
  readonly tables: Readonly<Record<string, number>>
}

/** Every page is read for it, so only of a store that does not take minutes. */
const largest = 2 ** 31

export function measureSizes({ file, size }: FilledStore): Sizes {
  if (size > largest) return { file: size, tables: {} }
  const db = new DatabaseSync(file, { readOnly: true })
  const found = db
    .prepare(
      `SELECT s.tbl_name AS name, sum(d.pgsize) AS bytes
       FROM dbstat d JOIN sqlite_schema s ON s.name = d.name WHERE d.aggregate = TRUE GROUP BY s.tbl_name`,
    )
    .all()
  db.close()
  return { file: size, tables: Object.fromEntries(found.map(({ name, bytes }) => [String(name), Number(bytes)])) }
}
