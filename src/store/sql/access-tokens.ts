import type { OpaqueAccessToken } from '../../core/authorization.ts'
import type { By } from '../../core/by.ts'
import type { TokenHash } from '../../core/token-hash.ts'
import { query, type Work } from '../work.ts'
import { record } from './audit.ts'
import { optional, tokenOf, wordsOf } from './columns.ts'
import { type FamilyRow, familyColumns, familyOf } from './families.ts'

type AccessTokenRow = {
  readonly id: string
  readonly hash: string
  readonly client_id: string
  readonly scope: string
  readonly audience: string | null
  readonly issued_at: number
  readonly expires_at: number
  readonly belongs_to: string | null
} & (FamilyRow | { readonly family_id: null })

const find = query<{ id: string; hash: string }, AccessTokenRow>(
  `SELECT a.id, a.hash, a.client_id, a.scope, a.audience, a.issued_at, a.expires_at, a.family_id AS belongs_to,
     ${familyColumns}
   FROM access_tokens a LEFT JOIN families f ON f.id = a.family_id WHERE a.id = $id AND a.hash = $hash`,
)

export function* findAccessToken({ id, hash }: TokenHash): Work<OpaqueAccessToken | undefined> {
  const [row] = yield* find({ id, hash })
  // Its family went with its client.
  if (row?.belongs_to !== row?.family_id) return undefined
  return (
    row && {
      token: tokenOf(row),
      client_id: row.client_id,
      scope: wordsOf(row.scope),
      ...optional('audience', row.audience),
      ...(row.family_id === null ? {} : { family: familyOf(row) }),
      issued_at: row.issued_at,
      expires_at: row.expires_at,
    }
  )
}

const insert = query<{
  id: string
  hash: string
  family_id: string | null
  client_id: string
  scope: string
  audience: string | null
  issued_at: number
  expires_at: number
}>(
  `INSERT INTO access_tokens (id, hash, family_id, client_id, scope, audience, issued_at, expires_at)
   VALUES ($id, $hash, $family_id, $client_id, $scope, $audience, $issued_at, $expires_at)`,
)

export function* addAccessToken(access: Omit<OpaqueAccessToken, 'family'>, family_id: string | undefined): Work<void> {
  yield* insert({
    id: access.token.id,
    hash: access.token.hash,
    family_id: family_id ?? null,
    client_id: access.client_id,
    scope: access.scope.join(' '),
    audience: access.audience ?? null,
    issued_at: access.issued_at,
    expires_at: access.expires_at,
  })
}

const remove = query<{ id: string; hash: string }, { client_id: string }>(
  'DELETE FROM access_tokens WHERE id = $id AND hash = $hash RETURNING client_id',
)

/** Forgets a token, which ends it (RFC 7009 §2.1). */
export function* removeAccessToken({ id, hash }: TokenHash, by: By, now: number): Work<void> {
  const [removed] = yield* remove({ id, hash })
  if (removed === undefined) return
  yield* record({ event: 'token-revoked', client_id: removed.client_id, detail: { token: id } }, by, now)
}
