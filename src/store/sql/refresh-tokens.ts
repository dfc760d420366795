import type { RefreshToken } from '../../core/authorization.ts'
import type { TokenHash } from '../../core/token-hash.ts'
import { query, type Work } from '../work.ts'
import { tokenOf } from './columns.ts'
import { type FamilyRow, familyColumns, familyOf } from './families.ts'
import { endRepeats } from './successors.ts'

/** What tells where a token stands: its family names the current one, whose predecessor may still be repeated. */
const standing = `f.refresh_token_id AS current_id, f.last_used_at, s.salt, s.spent_at
  FROM refresh_tokens r JOIN families f ON f.id = r.family_id
  LEFT JOIN successors s ON s.id = f.refresh_token_id AND s.predecessor_id = r.id
  WHERE r.id = $id AND r.hash = $hash`

interface Standing {
  readonly current_id: string | null
  readonly last_used_at: number | null
  readonly salt: string | null
  readonly spent_at: number | null
}

interface RefreshTokenRow extends FamilyRow, Standing {
  readonly id: string
  readonly hash: string
  readonly expires_at: number
}

const find = query<{ id: string; hash: string }, RefreshTokenRow>(
  `SELECT r.id, r.hash, r.expires_at, ${familyColumns}, ${standing}`,
)

/** A refresh token, spent or not, with its successor while it may be repeated. */
export function* findRefreshToken({ id, hash }: TokenHash): Work<RefreshToken | undefined> {
  const [row] = yield* find({ id, hash })
  if (row === undefined) return undefined
  const token = { token: tokenOf(row), family: familyOf(row), expires_at: row.expires_at }
  if (row.current_id === id) return token
  const { current_id, salt } = row
  return {
    ...token,
    // Of those spent before the last, only that they were, and by when.
    spent_at: row.spent_at ?? row.last_used_at ?? row.family_created_at,
    ...(current_id === null || salt === null ? {} : { successor: { id: current_id, salt } }),
  }
}

const insert = query<{ id: string; hash: string; family_id: string; expires_at: number }>(
  `INSERT INTO refresh_tokens (id, hash, family_id, expires_at) VALUES ($id, $hash, $family_id, $expires_at)`,
)

export function* addRefreshToken(
  { token, expires_at }: { readonly token: TokenHash; readonly expires_at: number },
  family_id: string,
): Work<void> {
  yield* insert({ id: token.id, hash: token.hash, family_id, expires_at })
}

const familyOfToken = 'SELECT family_id FROM refresh_tokens WHERE id = $id AND hash = $hash'

const rotate = query<{ id: string; hash: string; successor_id: string; keep: number; now: number }, { id: string }>(
  `UPDATE families SET refresh_token_id = $successor_id, last_used_at = $now,
     expires_at = CASE WHEN expires_at < $keep THEN $keep ELSE expires_at END
   WHERE id = (${familyOfToken}) AND refresh_token_id = $id AND revoked_at IS NULL
   RETURNING id`,
)

/**
 * Spends a refresh token of a living family, once (RFC 9700 §4.14.2), and keeps the family until `keep`; its id when
 * it was this call. No index of the family is touched.
 */
export function* rotateRefreshToken(
  { id, hash }: TokenHash,
  successor_id: string,
  keep: number,
  now: number,
): Work<string | undefined> {
  const [row] = yield* rotate({ id, hash, successor_id, keep, now })
  if (row === undefined) return undefined
  yield* endRepeats(id)
  return row.id
}

const prolong = query<{ id: string; hash: string; expires_at: number }, { family_id: string }>(
  `UPDATE refresh_tokens SET expires_at = $expires_at
   WHERE id = $id AND hash = $hash AND EXISTS
     (SELECT 1 FROM families f WHERE f.id = refresh_tokens.family_id AND f.refresh_token_id = $id
        AND f.revoked_at IS NULL)
   RETURNING family_id`,
)

/** Uses an unspent refresh token of a living family without spending it; its family's id when there is one. */
export function* keepRefreshToken({ id, hash }: TokenHash, expires_at: number): Work<string | undefined> {
  const [row] = yield* prolong({ id, hash, expires_at })
  if (row === undefined) return undefined
  yield* endRepeats(id)
  return row.family_id
}

interface StateRow extends Standing {
  readonly family_id: string
  readonly revoked_at: number | null
}

const state = query<{ id: string; hash: string }, StateRow>(`SELECT r.family_id, f.revoked_at, ${standing}`)

/** Where a refresh token stands that is not simply there to be spent. */
export type RefreshTokenState =
  | { readonly is: 'unknown' | 'revoked' }
  | { readonly is: 'superseded' | 'replayed'; readonly family_id: string }

/** `superseded` when it was spent less than `grace` seconds ago and its successor was not used. */
export function* refreshTokenState(token: TokenHash, grace: number, now: number): Work<RefreshTokenState> {
  const [row] = yield* state({ id: token.id, hash: token.hash })
  if (row === undefined) return { is: 'unknown' }
  if (row.revoked_at !== null) return { is: 'revoked' }
  const repeatable = row.spent_at !== null && row.spent_at + grace > now
  return { is: repeatable ? 'superseded' : 'replayed', family_id: row.family_id }
}
