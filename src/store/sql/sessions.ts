import type { ReasonId } from '../../core/reasons.ts'
import type { TokenHash } from '../../core/token-hash.ts'
import type { Session } from '../../identity/ports.ts'
import { query, type Work } from '../work.ts'
import { tokenOf, wordsOf } from './columns.ts'
import { moveOnlineFamilies, revokeOnlineFamilies } from './families.ts'

type SessionRow = {
  readonly id: string
  readonly hash: string
  readonly sub: string
  readonly auth_time: number
  readonly amr: string
  readonly acr: string
  readonly created_at: number
  readonly last_used_at: number
  readonly expires_at: number
  readonly address: string
  readonly user_agent: string
}

const columns = 'id, hash, sub, auth_time, amr, acr, created_at, last_used_at, expires_at, address, user_agent'

const find = query<{ id: string; hash: string }, SessionRow>(
  `SELECT ${columns} FROM sessions WHERE id = $id AND hash = $hash`,
)

export function* findSession({ id, hash }: TokenHash): Work<Session | undefined> {
  const [row] = yield* find({ id, hash })
  if (row === undefined) return undefined
  const { id: _id, hash: _hash, amr, ...rest } = row
  return { token: tokenOf(row), ...rest, amr: wordsOf(amr) }
}

const insert = query<SessionRow>(
  `INSERT INTO sessions (${columns})
   VALUES ($id, $hash, $sub, $auth_time, $amr, $acr, $created_at, $last_used_at, $expires_at, $address, $user_agent)`,
)
const remove = query<{ id: string }>('DELETE FROM sessions WHERE id = $id')

/**
 * Begins a session. One that it replaces ends: what its user had authorized without `offline_access` goes on under the
 * new session when the same user signed in again, and ends when it is somebody else.
 */
export function* startSession({ token, amr, ...session }: Session, replaces: string | undefined): Work<void> {
  yield* insert({ id: token.id, hash: token.hash, ...session, amr: amr.join(' ') })
  if (replaces === undefined) return
  yield* remove({ id: replaces })
  yield* moveOnlineFamilies(replaces, token.id, session.sub)
  yield* revokeOnlineFamilies(replaces, 'session-replaced', session.last_used_at)
}

export function* endSession(sid: string, why: ReasonId, now: number): Work<void> {
  yield* remove({ id: sid })
  yield* revokeOnlineFamilies(sid, why, now)
}

const touch = query<{ id: string; now: number }>('UPDATE sessions SET last_used_at = $now WHERE id = $id')

export function* touchSession(id: string, now: number): Work<void> {
  yield* touch({ id, now })
}
