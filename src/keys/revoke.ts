import { jwksMaxAge, type KeyAlg, keyAlg } from './algorithms.ts'
import { createKey } from './create-key.ts'
import type { KeyPowers } from './first-keys.ts'
import { loadKeys, signingKey } from './loaded-keys.ts'
import type { StoredKey } from './ports.ts'
import { isUseful } from './retention.ts'

/**
 * Removes a key that somebody else may hold: it is published no more, and nothing it signed verifies. What signed goes
 * on at once with another key, even one that readers have yet to fetch. False when there is no such key.
 */
export async function revokeKey(powers: KeyPowers, kid: string): Promise<boolean> {
  for (let found = false; ; found = true) {
    const stored = await powers.store.keys()
    const revoked = stored.find(key => key.kid === kid)
    if (revoked === undefined) return found
    if (await powers.store.replaceKeys(stored, await without(revoked, stored, powers))) return true
  }
}

async function without(
  revoked: StoredKey,
  stored: readonly StoredKey[],
  { sealer, clock }: Pick<KeyPowers, 'sealer' | 'clock'>,
): Promise<readonly StoredKey[]> {
  // Not one key is added beside others that this secret does not open.
  loadKeys(stored, new Map(), sealer)
  const now = clock.now()
  const kept = stored.filter(key => key !== revoked && isUseful(key, now))
  const alg = keyAlg(revoked.alg)
  if (revoked.status === 'retired' || alg === undefined) return kept
  const promoted = revoked.status === 'current' ? kept.map(key => promote(key, alg)) : kept
  const dates = { status: 'next', created_at: now, signs_from: now + jwksMaxAge } as const
  const left = [...promoted, await createKey(alg, dates, sealer)]
  if (signingKey(loadKeys(left, new Map(), sealer), alg, now) !== undefined) return left
  return left.map(key => (key.alg === alg && key.status === 'current' ? { ...key, signs_from: now } : key))
}

function promote(key: StoredKey, alg: KeyAlg): StoredKey {
  return key.alg === alg && key.status === 'next' ? { ...key, status: 'current' } : key
}
