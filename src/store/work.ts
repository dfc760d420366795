/** What a column holds: STRICT tables want no other kinds, and PostgreSQL gives no other back. */
export type Value = string | number | null
export type Row = Readonly<Record<string, Value>>

/** SQL with named parameters (`$name`), in the dialect that SQLite and PostgreSQL share. */
interface Statement {
  readonly sql: string
  readonly params: Row
}

/**
 * A unit of work: yields statements, receives their rows. One text serves every engine: SQLite runs it at once, an
 * engine with a network between awaits each statement.
 */
export type Work<T> = Generator<Statement, T, readonly Row[]>

/** Thrown in a unit of work: what it wrote is undone, and its answer is `result`. */
export class Undo<T> {
  readonly result: T
  constructor(result: T) {
    this.result = result
  }
}

/** Every statement that an index must serve, for the test that asks for their plans. */
export const indexedStatements = new Set<string>()

/** Every statement that may read a whole table. */
export const listingStatements = new Set<string>()

/** A statement that an index must serve. */
export function query<Params extends Row, Result = never>(sql: string): (params: Params) => Work<readonly Result[]> {
  indexedStatements.add(sql)
  return statement<Params, Result>(sql)
}

/** A statement that reads a whole table: for start, export and the like. */
export function listing<Result>(sql: string): () => Work<readonly Result[]> {
  listingStatements.add(sql)
  const all = statement<Row, Result>(sql)
  return () => all({})
}

function statement<Params extends Row, Result>(sql: string) {
  return function* (params: Params): Work<readonly Result[]> {
    return (yield { sql, params }) as readonly Result[]
  }
}
