import type { By } from '../../core/by.ts'
import type { StoredKey } from '../../keys/ports.ts'
import { listing, query, Undo, type Work } from '../work.ts'
import { record } from './audit.ts'
import { optional } from './columns.ts'
import { bumpVersion } from './versions.ts'

type KeyRow = Omit<StoredKey, 'public_jwk' | 'retired_at'> & {
  readonly public_jwk: string
  readonly retired_at: number | null
}

const columns = 'kid, alg, status, public_jwk, sealed, created_at, signs_from, retired_at'

const all = listing<KeyRow>(`SELECT ${columns} FROM signing_keys ORDER BY created_at, kid`)

export function* findKeys(): Work<readonly StoredKey[]> {
  return (yield* all()).map(({ public_jwk, retired_at, ...row }) => ({
    ...row,
    public_jwk: JSON.parse(public_jwk) as StoredKey['public_jwk'],
    ...optional('retired_at', retired_at),
  }))
}

const removeAll = listing<never>('DELETE FROM signing_keys')
const insert = query<{ [K in keyof KeyRow]: KeyRow[K] }>(
  `INSERT INTO signing_keys (${columns})
   VALUES ($kid, $alg, $status, $public_jwk, $sealed, $created_at, $signs_from, $retired_at)`,
)

/** Replaces all keys, unless somebody else has changed them since `expected` was read. */
export function* replaceKeys(
  expected: readonly StoredKey[],
  keys: readonly StoredKey[],
  by: By,
  now: number,
): Work<boolean> {
  yield* bumpVersion('keys')
  if (fingerprint(yield* findKeys()) !== fingerprint(expected)) throw new Undo(false)
  yield* removeAll()
  for (const { public_jwk, retired_at, ...key } of keys) {
    yield* insert({ ...key, public_jwk: JSON.stringify(public_jwk), retired_at: retired_at ?? null })
  }
  yield* record({ event: 'signing-keys-changed', detail: { keys: movesOf(expected, keys) } }, by, now)
  return true
}

/** Each key whose status changed: null before it was made, and after it was removed. */
function movesOf(before: readonly StoredKey[], after: readonly StoredKey[]): readonly object[] {
  const statusIn = (keys: readonly StoredKey[], kid: string) => keys.find(key => key.kid === kid)?.status ?? null
  const all = new Map([...before, ...after].map(({ kid, alg }) => [kid, alg]))
  return [...all]
    .map(([kid, alg]) => ({ kid, alg, before: statusIn(before, kid), after: statusIn(after, kid) }))
    .filter(move => move.before !== move.after)
}

function fingerprint(keys: readonly StoredKey[]): string {
  return JSON.stringify(keys.map(key => [key.kid, key.status]).sort())
}
