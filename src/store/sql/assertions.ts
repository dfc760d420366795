import { query, type Work } from '../work.ts'

const insert = query<{ id: string; expires_at: number }, { id: string }>(
  'INSERT INTO assertion_jtis (id, expires_at) VALUES ($id, $expires_at) ON CONFLICT (id) DO NOTHING RETURNING id',
)

/** Takes the id of an assertion for its one use; false when it was taken. */
export function* spendAssertion(id: string, expires_at: number): Work<boolean> {
  return (yield* insert({ id, expires_at })).length === 1
}
