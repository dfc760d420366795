import type { By } from '../core/by.ts'
import type { AuditEvent } from './events.ts'

/** Facts of one record: names, ids and counts. Never a secret, a hash or a token, and nothing personal. */
export type AuditDetail = Readonly<Record<string, unknown>>

/** One thing that happened, as it is written. */
export interface AuditFact {
  readonly event: AuditEvent
  /** The user it happened to. */
  readonly sub?: string | undefined
  readonly client_id?: string | undefined
  readonly detail?: AuditDetail
}

/** One thing that happened, as it is read. */
export interface AuditRecord extends AuditFact {
  /** Counts up in the order of the commits. */
  readonly id: number
  /** Seconds since 1970. */
  readonly at: number
  readonly by: By & {
    /** The login that a user who did it has now. */
    readonly login?: string
  }
  /** The login that `sub` has now. */
  readonly login?: string
  readonly detail: AuditDetail
}

/** Which records, and how many. */
export interface AuditQuery {
  /** What was done to this user, or by them. */
  readonly sub?: string | undefined
  readonly client_id?: string | undefined
  readonly event?: string | undefined
  /** Seconds since 1970. */
  readonly since?: number | undefined
  /** Ids to stay between. */
  readonly after?: number | undefined
  readonly before?: number | undefined
  /** Of those that fit: the `oldest` or the `newest`, which come first. */
  readonly first: 'oldest' | 'newest'
  readonly limit: number
}

export interface AuditStore {
  audit(query: AuditQuery): Promise<readonly AuditRecord[]>
}
