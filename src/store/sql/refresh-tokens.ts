import type { RefreshToken } from '../../core/authorization.ts'
import type { Salted, TokenHash } from '../../core/token-hash.ts'
import { query, type Work } from '../work.ts'
import { optional, tokenOf } from './columns.ts'
import { type FamilyRow, familyColumns, familyOf } from './families.ts'

interface RefreshTokenRow extends FamilyRow {
  readonly id: string
  readonly hash: string
  readonly expires_at: number
  readonly spent_at: number | null
  readonly successor_id: string | null
  readonly successor_salt: string | null
}

const find = query<{ id: string; hash: string }, RefreshTokenRow>(
  `SELECT r.id, r.hash, r.expires_at, r.spent_at, r.successor_id, r.successor_salt, ${familyColumns}
   FROM refresh_tokens r JOIN families f ON f.id = r.family_id WHERE r.id = $id AND r.hash = $hash`,
)

/** A refresh token, spent or not, with its successor while the salt is there. */
export function* findRefreshToken({ id, hash }: TokenHash): Work<RefreshToken | undefined> {
  const [row] = yield* find({ id, hash })
  if (row === undefined) return undefined
  const { successor_id, successor_salt } = row
  return {
    token: tokenOf(row),
    family: familyOf(row),
    expires_at: row.expires_at,
    ...optional('spent_at', row.spent_at),
    ...(successor_id === null || successor_salt === null
      ? {}
      : { successor: { id: successor_id, salt: successor_salt } }),
  }
}

const insert = query<{
  id: string
  hash: string
  family_id: string
  predecessor_id: string | null
  expires_at: number
}>(
  `INSERT INTO refresh_tokens (id, hash, family_id, predecessor_id, expires_at)
   VALUES ($id, $hash, $family_id, $predecessor_id, $expires_at)`,
)

export function* addRefreshToken(
  { token, expires_at }: { readonly token: TokenHash; readonly expires_at: number },
  family_id: string,
  predecessor_id: string | undefined,
): Work<void> {
  yield* insert({ id: token.id, hash: token.hash, family_id, predecessor_id: predecessor_id ?? null, expires_at })
}

/** A refresh token that was just used: whose it is, and which one it had succeeded. */
interface UsedRow {
  readonly family_id: string
  readonly predecessor_id: string | null
}

const rotate = query<{ id: string; hash: string; now: number; successor_id: string; salt: string }, UsedRow>(
  `UPDATE refresh_tokens SET spent_at = $now, successor_id = $successor_id, successor_salt = $salt
   WHERE id = $id AND hash = $hash AND spent_at IS NULL
     AND EXISTS (SELECT 1 FROM families f WHERE f.id = refresh_tokens.family_id AND f.revoked_at IS NULL)
   RETURNING family_id, predecessor_id`,
)

/** Spends a refresh token of a living family, once (RFC 9700 §4.14.2); its family's id when it was this call. */
export function* rotateRefreshToken({ id, hash }: TokenHash, successor: Salted, now: number): Work<string | undefined> {
  const [row] = yield* rotate({ id, hash, now, successor_id: successor.id, salt: successor.salt })
  return row && (yield* eraseSaltBefore(row))
}

const prolong = query<{ id: string; hash: string; expires_at: number }, UsedRow>(
  `UPDATE refresh_tokens SET expires_at = $expires_at
   WHERE id = $id AND hash = $hash AND spent_at IS NULL
     AND EXISTS (SELECT 1 FROM families f WHERE f.id = refresh_tokens.family_id AND f.revoked_at IS NULL)
   RETURNING family_id, predecessor_id`,
)

/** Uses an unspent refresh token of a living family without spending it; its family's id when there is one. */
export function* keepRefreshToken({ id, hash }: TokenHash, expires_at: number): Work<string | undefined> {
  const [row] = yield* prolong({ id, hash, expires_at })
  return row && (yield* eraseSaltBefore(row))
}

const eraseSalt = query<{ id: string }>('UPDATE refresh_tokens SET successor_salt = NULL WHERE id = $id')

/** A successor that is used shows that it arrived: from now on its predecessor is not answered again. */
function* eraseSaltBefore({ family_id, predecessor_id }: UsedRow): Work<string> {
  if (predecessor_id !== null) yield* eraseSalt({ id: predecessor_id })
  return family_id
}

interface StateRow {
  readonly family_id: string
  readonly spent_at: number | null
  readonly successor_salt: string | null
  readonly revoked_at: number | null
}

const state = query<{ id: string; hash: string }, StateRow>(
  `SELECT r.family_id, r.spent_at, r.successor_salt, f.revoked_at
   FROM refresh_tokens r JOIN families f ON f.id = r.family_id WHERE r.id = $id AND r.hash = $hash`,
)

/** Where a refresh token stands that is not simply there to be spent. */
export type RefreshTokenState =
  | { readonly is: 'unknown' | 'revoked' }
  | { readonly is: 'superseded' | 'replayed'; readonly family_id: string }

/** `superseded` when it was spent less than `grace` seconds ago and its successor was not used. */
export function* refreshTokenState(token: TokenHash, grace: number, now: number): Work<RefreshTokenState> {
  const [row] = yield* state({ id: token.id, hash: token.hash })
  if (row === undefined) return { is: 'unknown' }
  if (row.revoked_at !== null) return { is: 'revoked' }
  const repeatable = row.spent_at !== null && row.successor_salt !== null && row.spent_at + grace > now
  return { is: repeatable ? 'superseded' : 'replayed', family_id: row.family_id }
}
