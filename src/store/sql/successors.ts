import type { Salted } from '../../core/token-hash.ts'
import { query, type Work } from '../work.ts'

const insert = query<{ id: string; predecessor_id: string; salt: string; now: number; expires_at: number }>(
  `INSERT INTO successors (id, predecessor_id, salt, spent_at, expires_at)
   VALUES ($id, $predecessor_id, $salt, $now, $expires_at)`,
)

/** Lets a refresh token that was just spent be answered with the same successor for `grace` seconds. */
export function* allowRepeats(predecessor_id: string, successor: Salted, grace: number, now: number): Work<void> {
  if (grace > 0) yield* insert({ ...successor, predecessor_id, now, expires_at: now + grace })
}

const remove = query<{ id: string }>('DELETE FROM successors WHERE id = $id')

/** A successor that is used shows that it arrived: from now on its predecessor is not answered again. */
export function* endRepeats(id: string): Work<void> {
  yield* remove({ id })
}
