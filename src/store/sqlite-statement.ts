import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Row, Value } from './work.ts'

const named = /\$(\w+)/g

/**
 * A prepared statement that takes its parameters by name and answers with rows by column. Beneath it goes by position:
 * node:sqlite makes a string of the name of every parameter and every column, at each call.
 */
export class SqliteStatement {
  readonly #statement: StatementSync
  /** One for each place in the statement, so a name may come again. */
  readonly #parameters: readonly string[]
  readonly #columns: readonly string[]

  constructor(db: DatabaseSync, sql: string) {
    this.#parameters = Array.from(sql.matchAll(named), ([, name = '']) => name)
    this.#statement = db.prepare(sql.replaceAll(named, '?'))
    this.#statement.setReturnArrays(true)
    this.#columns = this.#statement.columns().map(({ name }) => name)
  }

  all(params: Row): readonly Row[] {
    const values: Value[] = []
    for (const name of this.#parameters) values.push(params[name] as Value)
    const rows = this.#statement.all(...values) as unknown as readonly (readonly Value[])[]
    return rows.map(row => byColumn(this.#columns, row))
  }
}

function byColumn(columns: readonly string[], values: readonly Value[]): Row {
  const row: Record<string, Value> = {}
  for (let index = 0; index < columns.length; index++) row[columns[index] as string] = values[index] as Value
  return row
}
