import { query, type Work } from '../work.ts'

const find = query<{ name: string }, { value: string }>('SELECT value FROM meta WHERE name = $name')

export function* findMeta(name: string): Work<string | undefined> {
  const [row] = yield* find({ name })
  return row?.value
}

const insert = query<{ name: string; value: string }>(
  'INSERT INTO meta (name, value) VALUES ($name, $value) ON CONFLICT (name) DO NOTHING',
)

/** Stores a value unless there is one, and returns what is stored: of two first starts at once, both hold one truth. */
export function* settleMeta(name: string, value: string): Work<string> {
  yield* insert({ name, value })
  return (yield* findMeta(name)) ?? value
}

const upsert = query<{ name: string; value: string }>(
  `INSERT INTO meta (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
)

/** Stores a value, whatever was there. */
export function* putMeta(name: string, value: string): Work<void> {
  yield* upsert({ name, value })
}

const remove = query<{ name: string }>('DELETE FROM meta WHERE name = $name')

export function* deleteMeta(name: string): Work<void> {
  yield* remove({ name })
}

const rewrite = query<{ name: string }>(
  `INSERT INTO meta (name, value) VALUES ($name, '') ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
)

/** Writes a row that says nothing: whether that can be committed is what is asked. */
export function* tryWriting(): Work<void> {
  yield* rewrite({ name: 'tried' })
}
