import { query, type Work } from '../work.ts'
import { removeSomeOfDeletedClient } from './delete-client.ts'

/** How many rows of each kind. */
export type Counts = Readonly<Record<string, number>>

/** What one transaction did. */
interface Batch {
  readonly removed: number
  /** Whether there may be more to do. */
  readonly more: boolean
}

/** One kind of thing that goes by itself. */
export interface Sweep {
  readonly name: string
  /** Removes some of what was over at `now`, about `limit` at most. */
  readonly batch: (now: number, limit: number) => Work<Batch>
  /** How much of it there is, counted to `limit`. */
  readonly backlog: (now: number, limit: number) => Work<number>
}

const day = 86_400

/** What goes by itself; the audit trail after this many seconds, if any. A code goes with its family; tokens go no later. */
export function sweepsOf(auditRetention: number | undefined): readonly Sweep[] {
  return auditRetention === undefined ? sweeps : [...sweeps, auditAfter(auditRetention)]
}

const sweeps: readonly Sweep[] = [
  expired('refresh_tokens', 'id'),
  expired('access_tokens', 'id'),
  dueFamilies(),
  // A device that asks a little late is told that its time is over.
  past('device_codes', 'id', 'expires_at', 600, 'family_id IS NULL'),
  expired('successors', 'id'),
  expired('revoked_jtis', 'jti'),
  expired('assertion_jtis', 'id'),
  expired('parked', 'id'),
  expired('sessions', 'id'),
  expired('set_up_links', 'id'),
  past('throttles', 'bucket', 'counted_at', day),
  // No access token lives longer.
  past('deleted_clients', 'client_id', 'deleted_at', day),
  partsOfDeletedClients(),
]

function expired(table: string, key: string): Sweep {
  return past(table, key, 'expires_at', 0)
}

/** What is past its time by `after` seconds; of a table whose other rows go with something else, those that are `alone`. */
function past(table: string, key: string, column: string, after: number, alone?: string): Sweep {
  const over = `${column} <= $over${alone === undefined ? '' : ` AND ${alone}`}`
  const remove = query<{ over: number; limit: number }, unknown>(
    `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${over} LIMIT $limit)
     RETURNING ${key}`,
  )
  return {
    name: table,
    *batch(now, limit) {
      const removed = (yield* remove({ over: now - after, limit })).length
      return { removed, more: removed === limit }
    },
    backlog: counting(table, over, after),
  }
}

/** Counts what a condition that an index serves finds, and no further than to its limit. */
function counting(table: string, condition: string, after: number): Sweep['backlog'] {
  const count = query<{ over: number; limit: number }, { found: number }>(
    `SELECT count(*) AS found FROM (SELECT 1 FROM ${table} WHERE ${condition} LIMIT $limit) counted`,
  )
  return function* (now, limit) {
    return (yield* count({ over: now - after, limit }))[0]?.found ?? 0
  }
}

const audit = past('audit', 'id', 'at', 0)

function auditAfter(retention: number): Sweep {
  return {
    name: audit.name,
    batch: (now, limit) => audit.batch(now - retention, limit),
    backlog: (now, limit) => audit.backlog(now - retention, limit),
  }
}

/** Families that are due but were used since are put off to their end. */
function dueFamilies(): Sweep {
  const due = 'SELECT id FROM families WHERE due_at <= $now ORDER BY due_at LIMIT $limit'
  const putOff = query<{ now: number; limit: number }, unknown>(
    `UPDATE families SET due_at = expires_at WHERE id IN (${due}) AND expires_at > $now RETURNING id`,
  )
  const remove = query<{ now: number; limit: number }, unknown>(
    `DELETE FROM families WHERE id IN (${due}) AND expires_at <= $now RETURNING id`,
  )
  return {
    name: 'families',
    *batch(now, limit) {
      const lasting = (yield* putOff({ now, limit })).length
      const removed = (yield* remove({ now, limit })).length
      return { removed, more: lasting + removed >= limit }
    },
    backlog: counting('families', 'due_at <= $over', 0),
  }
}

/** What deleted clients were granted, where it was too much for one transaction. */
function partsOfDeletedClients(): Sweep {
  return {
    name: 'parts_of_deleted_clients',
    *batch(now, limit) {
      const some = yield* removeSomeOfDeletedClient(now, limit)
      return { removed: some?.removed ?? 0, more: some !== undefined }
    },
    backlog: counting('clients', 'deleted_at IS NOT NULL AND deleted_at <= $over', 0),
  }
}
