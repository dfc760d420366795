import { createPublicKey, type KeyObject } from 'node:crypto'
import { type KeyAlg, keyAlg } from './algorithms.ts'
import { publicJwk, unsealKey } from './create-key.ts'
import type { StoredKey } from './ports.ts'
import type { Sealer } from './seal.ts'

/** A key in memory. Its public half is computed from the sealed one: nobody who can only write the database can add a key. */
export interface LoadedKey {
  readonly stored: StoredKey
  readonly alg: KeyAlg
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwk: Readonly<Record<string, unknown>>
  /** Encoded protected headers, one for each name and `typ` it signed with. */
  readonly headers: Map<string, string>
}

export type LoadedKeys = ReadonlyMap<string, LoadedKey>

/** The signing keys in the store were sealed with another secret than the one this process was given. */
export class WrongSecretError extends Error {
  override readonly name = 'WrongSecretError'
  constructor() {
    super(
      'The signing keys in the database do not open with this server secret. Start with the GRANTWISE_SECRET, or the ' +
        'file DATA_DIR/secret, that this database was first started with (a backup of the database needs the secret ' +
        'of the same day). No new keys were made, since every token and every cached key set would stop working.',
    )
  }
}

/** Opens every stored key; those already open, as `before`, are kept as they are. */
export function loadKeys(stored: readonly StoredKey[], before: LoadedKeys, sealer: Pick<Sealer, 'open'>): LoadedKeys {
  return new Map(stored.map(key => [key.kid, loadKey(key, before.get(key.kid), sealer)]))
}

function loadKey(stored: StoredKey, before: LoadedKey | undefined, sealer: Pick<Sealer, 'open'>): LoadedKey {
  if (before?.stored.sealed === stored.sealed && before.alg === stored.alg) return { ...before, stored }
  const alg = keyAlg(stored.alg)
  if (alg === undefined)
    throw new Error(`the stored key ${stored.kid} is for ${stored.alg}, which this version does not know`)
  const privateKey = unsealKey(stored, sealer)
  if (privateKey === undefined) throw new WrongSecretError()
  const publicKey = createPublicKey(privateKey)
  return { stored, alg, privateKey, publicKey, jwk: publicJwk(privateKey, alg, stored.kid), headers: new Map() }
}

/**
 * The key that signs: the one promoted last of those that every reader's cached key set already holds, so that two
 * rotations in a row never make a valid token fail.
 */
export function signingKey(keys: LoadedKeys, alg: KeyAlg, now: number): LoadedKey | undefined {
  let best: LoadedKey | undefined
  for (const key of keys.values()) {
    if (key.alg !== alg || key.stored.status === 'next' || key.stored.signs_from > now) continue
    if (best === undefined || promotedAfter(key.stored, best.stored)) best = key
  }
  return best
}

function promotedAfter(a: StoredKey, b: StoredKey): boolean {
  const [left, right] = [a.retired_at ?? Number.POSITIVE_INFINITY, b.retired_at ?? Number.POSITIVE_INFINITY]
  return left === right ? a.signs_from > b.signs_from : left > right
}
