import type { Family } from '../../core/authorization.ts'
import type { By } from '../../core/by.ts'
import type { ReasonId } from '../../core/reasons.ts'
import { query, type Work } from '../work.ts'
import { record } from './audit.ts'
import { flag, optional, wordsOf } from './columns.ts'

/** What a row that is joined with its family (as `f`) selects besides its own. */
export const familyColumns = `f.id AS family_id, f.journey_id AS family_journey_id, f.client_id AS family_client_id,
  f.sub AS family_sub, f.scope AS family_scope, f.audience AS family_audience, f.claims AS family_claims,
  f.login AS family_login, f.sid AS family_sid, f.offline AS family_offline, f.created_at AS family_created_at,
  f.revoked_at AS family_revoked_at`

export interface FamilyRow {
  readonly family_id: string
  readonly family_journey_id: string
  readonly family_client_id: string
  readonly family_sub: string
  readonly family_scope: string
  readonly family_audience: string | null
  readonly family_claims: string | null
  readonly family_login: string
  readonly family_sid: string
  readonly family_offline: number
  readonly family_created_at: number
  readonly family_revoked_at: number | null
}

/** What of a login has no column of its own. */
type StoredLogin = Omit<Family['login'], 'sub' | 'sid'>

export function familyOf(row: FamilyRow): Family {
  const login = JSON.parse(row.family_login) as StoredLogin
  return {
    id: row.family_id,
    journey_id: row.family_journey_id,
    client_id: row.family_client_id,
    sub: row.family_sub,
    scope: wordsOf(row.family_scope),
    ...optional('audience', row.family_audience),
    ...(row.family_claims === null ? {} : { claims: JSON.parse(row.family_claims) as NonNullable<Family['claims']> }),
    login: { sub: row.family_sub, ...login, sid: row.family_sid },
    offline: row.family_offline === 1,
    created_at: row.family_created_at,
    ...optional('revoked_at', row.family_revoked_at),
  }
}

const find = query<{ id: string }, FamilyRow>(`SELECT ${familyColumns} FROM families f WHERE f.id = $id`)

export function* findFamily(id: string): Work<Family | undefined> {
  const [row] = yield* find({ id })
  return row && familyOf(row)
}

const insert = query<
  {
    id: string
    journey_id: string
    client_id: string
    sub: string
    scope: string
    audience: string | null
    claims: string | null
    login: string
    sid: string
    offline: number
    created_at: number
    expires_at: number
    refresh_token_id: string | null
  },
  { id: string }
>(
  `INSERT INTO families
    (id, journey_id, client_id, sub, scope, audience, claims, login, sid, offline, created_at, expires_at,
     due_at, last_used_at, refresh_token_id)
   SELECT
    $id, $journey_id, c.client_id, u.sub, $scope, $audience, $claims, $login, s.id, $offline, $created_at, $expires_at,
    $expires_at, $created_at, $refresh_token_id
   FROM sessions s, users u, clients c
   WHERE s.id = $sid AND s.sub = $sub AND u.sub = $sub AND u.disabled = 0 AND c.client_id = $client_id
     AND c.deleted_at IS NULL
   RETURNING id`,
)

/**
 * Begins a family that is kept until `expires_at`, and may be renewed with that refresh token; false when meanwhile its user signed out or was disabled, or its
 * client was deleted.
 */
export function* beginFamily(family: Family, expires_at: number, refresh_token_id: string | undefined): Work<boolean> {
  const { sub, sid, ...login } = family.login
  const [begun] = yield* insert({
    id: family.id,
    journey_id: family.journey_id,
    client_id: family.client_id,
    sub,
    scope: family.scope.join(' '),
    audience: family.audience ?? null,
    claims: family.claims === undefined ? null : JSON.stringify(family.claims),
    login: JSON.stringify(login satisfies StoredLogin),
    sid,
    offline: flag(family.offline),
    created_at: family.created_at,
    expires_at,
    refresh_token_id: refresh_token_id ?? null,
  })
  return begun !== undefined
}

const living = query<{ id: string }, { expires_at: number; last_used_at: number | null }>(
  'SELECT expires_at, last_used_at FROM families WHERE id = $id AND revoked_at IS NULL',
)
const prolong = query<{ id: string; expires_at: number; now: number }>(
  'UPDATE families SET expires_at = $expires_at, due_at = $expires_at, last_used_at = $now WHERE id = $id',
)
const touch = query<{ id: string; now: number }>('UPDATE families SET last_used_at = $now WHERE id = $id')

/** Seconds between two records of a family's use: near enough for the account page, and no write for each refresh. */
const usedEvery = 3600

/** Keeps a living family at least until then; false when it is revoked or gone. */
export function* keepFamily(id: string, expires_at: number, now: number): Work<boolean> {
  const [family] = yield* living({ id })
  if (family === undefined) return false
  // A sixteenth longer than asked, so that of the refreshes to come most need not write the family.
  const ample = expires_at + Math.floor(Math.max(0, expires_at - now) / 16)
  const due = (family.last_used_at ?? 0) + usedEvery <= now
  if (family.expires_at < expires_at) yield* prolong({ id, expires_at: ample, now })
  else if (due) yield* touch({ id, now })
  return true
}

const later = 'CASE WHEN expires_at < $expires_at THEN $expires_at ELSE expires_at END'

const renewable = query<{ id: string; refresh_token_id: string; expires_at: number; now: number }, { id: string }>(
  `UPDATE families
   SET refresh_token_id = $refresh_token_id, expires_at = ${later}, due_at = ${later}, last_used_at = $now
   WHERE id = $id AND revoked_at IS NULL
   RETURNING id`,
)

/** Keeps a living family, which may be renewed with this refresh token from now on; false when it is revoked or gone. */
export function* makeRenewable(id: string, refresh_token_id: string, expires_at: number, now: number): Work<boolean> {
  const [family] = yield* renewable({ id, refresh_token_id, expires_at, now })
  return family !== undefined
}

/** Whose a revoked family was. */
interface Revoked {
  readonly sub: string
  readonly client_id: string
}

const revoke = query<{ id: string; why: ReasonId; now: number }, Revoked>(
  `UPDATE families SET revoked_at = $now, revoked_why = $why WHERE id = $id AND revoked_at IS NULL
   RETURNING sub, client_id`,
)

/** Ends every token of the family; the first reason stays. Nothing when it had ended, or is none. */
export function* revokeFamily(id: string, why: ReasonId, now: number): Work<Revoked | undefined> {
  const [revoked] = yield* revoke({ id, why, now })
  return revoked
}

/** The same, asked for by itself. */
export function* endFamily(id: string, why: ReasonId, now: number, by: By): Work<void> {
  const revoked = yield* revokeFamily(id, why, now)
  if (revoked !== undefined)
    yield* record({ event: 'authorization-revoked', ...revoked, detail: { family: id, why } }, by, now)
}

const revokeOnline = query<{ sid: string; why: ReasonId; now: number }, Revoked>(
  `UPDATE families SET revoked_at = $now, revoked_why = $why
   WHERE sid = $sid AND offline = 0 AND revoked_at IS NULL RETURNING sub, client_id`,
)

/** Ends the families that live and die with a browser session (OIDC Core §11); whose they were. */
export function* revokeOnlineFamilies(sid: string, why: ReasonId, now: number): Work<readonly Revoked[]> {
  return yield* revokeOnline({ sid, why, now })
}

const move = query<{ from: string; to: string; sub: string }>(
  'UPDATE families SET sid = $to WHERE sid = $from AND offline = 0 AND sub = $sub',
)

/** Hands a user's families over to the session that replaces theirs. */
export function* moveOnlineFamilies(from: string, to: string, sub: string): Work<void> {
  yield* move({ from, to, sub })
}

const revokeOthersOnline = query<{ sub: string; keep: string; why: ReasonId; now: number }, { id: string }>(
  `UPDATE families SET revoked_at = $now, revoked_why = $why
   WHERE sub = $sub AND offline = 0 AND sid <> $keep AND revoked_at IS NULL RETURNING id`,
)

/** Ends what a user authorized in any session but this one, without `offline_access`; how much. */
export function* revokeOtherOnlineFamilies(sub: string, keep: string, why: ReasonId, now: number): Work<number> {
  return (yield* revokeOthersOnline({ sub, keep, why, now })).length
}

const revokeOfApp = query<{ sub: string; client_id: string; why: ReasonId; now: number }, { id: string }>(
  `UPDATE families SET revoked_at = $now, revoked_why = $why
   WHERE sub = $sub AND client_id = $client_id AND revoked_at IS NULL RETURNING id`,
)

/** Ends everything that a user has let one client do; how much. */
export function* revokeFamiliesOfApp(sub: string, client_id: string, why: ReasonId, now: number): Work<number> {
  return (yield* revokeOfApp({ sub, client_id, why, now })).length
}

const revokeOfUser = query<{ sub: string; why: ReasonId; now: number }, { id: string }>(
  'UPDATE families SET revoked_at = $now, revoked_why = $why WHERE sub = $sub AND revoked_at IS NULL RETURNING id',
)

/** Ends everything that a user has let anybody do; how much. */
export function* revokeFamiliesOfUser(sub: string, why: ReasonId, now: number): Work<number> {
  return (yield* revokeOfUser({ sub, why, now })).length
}

const removeOfUser = query<{ sub: string }, { id: string }>('DELETE FROM families WHERE sub = $sub RETURNING id')

/** Forgets what a user has let anybody do; a token without its family is nobody's. How much. */
export function* removeFamiliesOfUser(sub: string): Work<number> {
  return (yield* removeOfUser({ sub })).length
}
