import { query, type Work } from '../work.ts'

/** How many rows of each kind were removed because their time was up. */
export type Swept = Readonly<Record<string, number>>

/** One kind of thing that goes by itself. */
export interface Sweep {
  readonly name: string
  /** Removes at most `limit` of what was over at `now`; how many there were. */
  readonly batch: (now: number, limit: number) => Work<number>
}

const day = 86_400

/** A code goes with its family; tokens go by themselves, no later than their family. */
export const sweeps: readonly Sweep[] = [
  expired('refresh_tokens', 'id'),
  expired('access_tokens', 'id'),
  expired('families', 'id'),
  expired('revoked_jtis', 'jti'),
  expired('parked', 'id'),
  expired('sessions', 'id'),
  expired('set_up_links', 'id'),
  past('throttles', 'bucket', 'counted_at', day),
  // No access token lives longer.
  past('deleted_clients', 'client_id', 'deleted_at', day),
  successorSalts(),
]

function expired(table: string, key: string): Sweep {
  return past(table, key, 'expires_at', 0)
}

function past(table: string, key: string, column: string, after: number): Sweep {
  const remove = query<{ over: number; limit: number }, unknown>(
    `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${column} <= $over LIMIT $limit)
     RETURNING ${key}`,
  )
  return {
    name: table,
    *batch(now, limit) {
      return (yield* remove({ over: now - after, limit })).length
    },
  }
}

/** No grace lasts a day; until then a salt is held against the clock when it is read. */
function successorSalts(): Sweep {
  const erase = query<{ over: number; limit: number }, unknown>(
    `UPDATE refresh_tokens SET successor_salt = NULL WHERE id IN
       (SELECT id FROM refresh_tokens WHERE spent_at <= $over AND successor_salt IS NOT NULL LIMIT $limit)
     RETURNING id`,
  )
  return {
    name: 'successor_salts',
    *batch(now, limit) {
      return (yield* erase({ over: now - day, limit })).length
    },
  }
}
