import type { Code } from '../../core/authorization.ts'
import type { TokenHash } from '../../core/token-hash.ts'
import { query, type Work } from '../work.ts'
import { optional, tokenOf } from './columns.ts'
import { type FamilyRow, familyColumns, familyOf } from './families.ts'

interface CodeRow extends FamilyRow {
  readonly id: string
  readonly hash: string
  readonly redirect_uri: string
  readonly code_challenge: string | null
  readonly nonce: string | null
  readonly expires_at: number
  readonly spent_at: number | null
}

const find = query<{ id: string; hash: string }, CodeRow>(
  `SELECT c.id, c.hash, c.redirect_uri, c.code_challenge, c.nonce, c.expires_at, c.spent_at, ${familyColumns}
   FROM codes c JOIN families f ON f.id = c.family_id WHERE c.id = $id AND c.hash = $hash`,
)

/** A code, spent or not, as long as its family is kept. */
export function* findCode({ id, hash }: TokenHash): Work<Code | undefined> {
  const [row] = yield* find({ id, hash })
  return (
    row && {
      token: tokenOf(row),
      family: familyOf(row),
      redirect_uri: row.redirect_uri,
      ...optional('code_challenge', row.code_challenge),
      ...optional('nonce', row.nonce),
      expires_at: row.expires_at,
      ...optional('spent_at', row.spent_at),
    }
  )
}

const insert = query<{
  id: string
  hash: string
  family_id: string
  redirect_uri: string
  code_challenge: string | null
  nonce: string | null
  expires_at: number
}>(
  `INSERT INTO codes (id, hash, family_id, redirect_uri, code_challenge, nonce, expires_at)
   VALUES ($id, $hash, $family_id, $redirect_uri, $code_challenge, $nonce, $expires_at)`,
)

export function* addCode(code: Omit<Code, 'family' | 'spent_at'>, family_id: string): Work<void> {
  yield* insert({
    id: code.token.id,
    hash: code.token.hash,
    family_id,
    redirect_uri: code.redirect_uri,
    code_challenge: code.code_challenge ?? null,
    nonce: code.nonce ?? null,
    expires_at: code.expires_at,
  })
}

const spend = query<{ id: string; hash: string; now: number }, { family_id: string }>(
  `UPDATE codes SET spent_at = $now
   WHERE id = $id AND hash = $hash AND spent_at IS NULL
     AND EXISTS (SELECT 1 FROM families f WHERE f.id = codes.family_id AND f.revoked_at IS NULL)
   RETURNING family_id`,
)

/** Spends a code of a living family, once (RFC 6749 §4.1.2); the family's id when it was this call that did. */
export function* spendCode({ id, hash }: TokenHash, now: number): Work<string | undefined> {
  const [row] = yield* spend({ id, hash, now })
  return row?.family_id
}

const familyOfCode = query<{ id: string; hash: string }, { family_id: string; spent_at: number | null }>(
  'SELECT family_id, spent_at FROM codes WHERE id = $id AND hash = $hash',
)

/** The family of a code that was spent before. */
export function* familyOfSpentCode({ id, hash }: TokenHash): Work<string | undefined> {
  const [row] = yield* familyOfCode({ id, hash })
  return row && row.spent_at !== null ? row.family_id : undefined
}
