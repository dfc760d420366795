import type { By } from '../../core/by.ts'
import type { ReasonId } from '../../core/reasons.ts'
import type { TokenHash } from '../../core/token-hash.ts'
import type { Session } from '../../identity/ports.ts'
import { query, type Work } from '../work.ts'
import { record } from './audit.ts'
import { tokenOf, wordsOf } from './columns.ts'
import { moveOnlineFamilies, revokeOnlineFamilies, revokeOtherOnlineFamilies } from './families.ts'

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

const insert = query<SessionRow & { readonly proof: string | null }, { id: string }>(
  `INSERT INTO sessions (${columns})
   SELECT $id, $hash, u.sub, $auth_time, $amr, $acr, $created_at, $last_used_at, $expires_at, $address, $user_agent
   FROM users u WHERE u.sub = $sub AND u.disabled = 0 AND (CAST($proof AS TEXT) IS NULL OR u.password_hash = $proof)
   RETURNING id`,
)
const remove = query<{ id: string }, { sub: string }>('DELETE FROM sessions WHERE id = $id RETURNING sub')

/**
 * Begins a session; false when meanwhile its user was disabled or deleted, or has another password than the `proof`
 * that was shown. One that it replaces ends: what its user had authorized without `offline_access` goes on under the
 * new session when the same user signed in again, and ends when it is somebody else.
 */
export function* startSession(
  { token, amr, ...session }: Session,
  replaces: string | undefined,
  proof: string | undefined,
  by: By,
): Work<boolean> {
  const begun = yield* insert({
    id: token.id,
    hash: token.hash,
    ...session,
    amr: amr.join(' '),
    proof: proof ?? null,
  })
  if (begun.length === 0) return false
  yield* record({ event: 'signed-in', sub: session.sub, detail: { sid: token.id, amr } }, by, session.created_at)
  if (replaces === undefined) return true
  const [replaced] = yield* remove({ id: replaces })
  yield* moveOnlineFamilies(replaces, token.id, session.sub)
  if (replaced?.sub !== session.sub) yield* recordEnd(replaces, replaced, 'session-replaced', session.created_at, by)
  return true
}

export function* endSession(sid: string, why: ReasonId, now: number, by: By): Work<void> {
  const [ended] = yield* remove({ id: sid })
  yield* recordEnd(sid, ended, why, now, by)
}

/** Ends what lives and dies with a session that is gone by now, and records it if there was anything to end. */
function* recordEnd(
  sid: string,
  session: { readonly sub: string } | undefined,
  why: ReasonId,
  now: number,
  by: By,
): Work<void> {
  const revoked = yield* revokeOnlineFamilies(sid, why, now)
  const sub = session?.sub ?? revoked[0]?.sub
  if (sub === undefined) return
  const detail = { sid, why, sessions: session === undefined ? 0 : 1, authorizations: revoked.length }
  yield* record({ event: 'sessions-ended', sub, detail }, by, now)
}

const touch = query<{ id: string; now: number }>('UPDATE sessions SET last_used_at = $now WHERE id = $id')

export function* touchSession(id: string, now: number): Work<void> {
  yield* touch({ id, now })
}

type Alive = { readonly now: number; readonly used_after: number }

const page = query<{ sub: string; before: string; limit: number } & Alive, SessionRow>(
  `SELECT ${columns} FROM sessions
   WHERE sub = $sub AND id < $before AND expires_at > $now AND last_used_at > $used_after ORDER BY id DESC LIMIT $limit`,
)

/** A user's live sessions, the newest first, from before this id on. */
export function* sessionsOfUser(
  sub: string,
  before: string,
  { now, used_after, limit }: Alive & { readonly limit: number },
): Work<readonly Session[]> {
  return (yield* page({ sub, before, now, used_after, limit })).map(({ id, hash, amr, ...rest }) => ({
    token: tokenOf({ id, hash }),
    ...rest,
    amr: wordsOf(amr),
  }))
}

const removeOfUser = query<{ id: string; sub: string }, { id: string }>(
  'DELETE FROM sessions WHERE id = $id AND sub = $sub RETURNING id',
)

/** Ends a session if it is this user's; false when it is not, or is over. */
export function* endSessionOfUser(sub: string, sid: string, why: ReasonId, now: number, by: By): Work<boolean> {
  const removed = yield* removeOfUser({ id: sid, sub })
  if (removed.length > 0) yield* recordEnd(sid, { sub }, why, now, by)
  return removed.length > 0
}

const removeOthers = query<{ sub: string; keep: string }, { id: string }>(
  'DELETE FROM sessions WHERE sub = $sub AND id <> $keep RETURNING id',
)

/** How much ended. */
export interface Ended {
  readonly sessions: number
  readonly authorizations: number
}

/** Ends a user's sessions but this one (every one when it is ''), and the families that live and die with them. */
export function* removeOtherSessions(sub: string, keep: string, why: ReasonId, now: number): Work<Ended> {
  const removed = yield* removeOthers({ sub, keep })
  return { sessions: removed.length, authorizations: yield* revokeOtherOnlineFamilies(sub, keep, why, now) }
}

/** The same, asked for by itself. */
export function* endOtherSessions(sub: string, keep: string, why: ReasonId, now: number, by: By): Work<void> {
  const ended = yield* removeOtherSessions(sub, keep, why, now)
  if (ended.sessions + ended.authorizations === 0) return
  yield* record({ event: 'sessions-ended', sub, detail: { why, ...ended } }, by, now)
}
