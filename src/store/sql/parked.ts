import { query, type Work } from '../work.ts'

const insert = query<{ id: string; expires_at: number }, { id: string }>(
  'INSERT INTO parked (id, expires_at) VALUES ($id, $expires_at) ON CONFLICT (id) DO NOTHING RETURNING id',
)

/** Takes the id of a parked request for the one answer it gets; false when it was taken. */
export function* answerParked(parked: { readonly id: string; readonly expires_at: number }): Work<boolean> {
  return (yield* insert({ id: parked.id, expires_at: parked.expires_at })).length === 1
}
