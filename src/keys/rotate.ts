import { jwksMaxAge, type KeyAlg, keyAlgs } from './algorithms.ts'
import { createKey } from './create-key.ts'
import { ensureKeys, type KeyPowers } from './first-keys.ts'
import { loadKeys } from './loaded-keys.ts'
import type { StoredKey } from './ports.ts'
import { isUseful } from './retention.ts'

/**
 * Retires the current key, promotes the next and makes a new next; for one algorithm or all. Where another process
 * rotated meanwhile, its rotation counts as this one.
 */
export async function rotateKeys(powers: KeyPowers, alg?: KeyAlg): Promise<void> {
  await ensureKeys(powers)
  const algs = alg === undefined ? keyAlgs : [alg]
  let stored = await powers.store.keys()
  const asked = currentKids(stored)
  for (;;) {
    const now = currentKids(stored)
    const due = algs.filter(name => now.get(name) === asked.get(name))
    if (due.length === 0) return
    if (await powers.store.replaceKeys(stored, await rotated(stored, due, powers))) return
    stored = await powers.store.keys()
  }
}

function currentKids(stored: readonly StoredKey[]): ReadonlyMap<string, string> {
  return new Map(stored.filter(key => key.status === 'current').map(key => [key.alg, key.kid]))
}

async function rotated(
  stored: readonly StoredKey[],
  algs: readonly KeyAlg[],
  { sealer, clock }: Pick<KeyPowers, 'sealer' | 'clock'>,
): Promise<readonly StoredKey[]> {
  // Not one key is added beside others that this secret does not open.
  loadKeys(stored, new Map(), sealer)
  const now = clock.now()
  const kept = stored.filter(key => isUseful(key, now))
  const turned = kept.map(key => (algs.some(alg => alg === key.alg) ? turn(key, now) : key))
  const dates = { status: 'next', created_at: now, signs_from: now + jwksMaxAge } as const
  return [...turned, ...(await Promise.all(algs.map(alg => createKey(alg, dates, sealer))))]
}

function turn(key: StoredKey, now: number): StoredKey {
  switch (key.status) {
    case 'next':
      return { ...key, status: 'current' }
    case 'current':
      return { ...key, status: 'retired', retired_at: now }
    case 'retired':
      return key
  }
}
