import type { Clock } from '../core/ports.ts'
import { type KeyAlg, keyAlgs } from './algorithms.ts'
import { createKey } from './create-key.ts'
import { loadKeys } from './loaded-keys.ts'
import type { KeyStore, StoredKey } from './ports.ts'
import type { Sealer } from './seal.ts'

/** What it takes to add a signing key. */
export interface KeyPowers {
  readonly store: Pick<KeyStore, 'keys' | 'replaceKeys'>
  readonly sealer: Sealer
  readonly clock: Clock
}

/** Makes sure that each algorithm has its first current and next key; of several processes at once, one's are kept. */
export async function ensureKeys({ store, sealer, clock }: KeyPowers): Promise<void> {
  for (;;) {
    const stored = await store.keys()
    const missing = keyAlgs.filter(alg => !stored.some(key => key.alg === alg && key.status === 'current'))
    if (missing.length === 0) return
    // A key sealed with another secret beside those would stop every later start.
    loadKeys(stored, new Map(), sealer)
    const made = await Promise.all(missing.map(alg => firstPair(alg, clock.now(), sealer)))
    if (await store.replaceKeys(stored, [...stored, ...made.flat()])) return
  }
}

/** Nobody has cached a key set without them, so both sign from the start. */
function firstPair(alg: KeyAlg, now: number, sealer: Pick<Sealer, 'seal'>): Promise<readonly StoredKey[]> {
  const dates = { created_at: now, signs_from: now }
  return Promise.all([
    createKey(alg, { status: 'current', ...dates }, sealer),
    createKey(alg, { status: 'next', ...dates }, sealer),
  ])
}
