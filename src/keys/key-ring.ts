import type { Clock, KeySet } from '../core/ports.ts'
import { jwksMaxAge, keyAlg, signingAlgs } from './algorithms.ts'
import { ensureKeys } from './first-keys.ts'
import { encodePart, readCompact, signBytes, verifyBytes } from './jws.ts'
import { type LoadedKey, type LoadedKeys, loadKeys, signingKey } from './loaded-keys.ts'
import type { KeyStore, StoredKey } from './ports.ts'
import { isUseful } from './retention.ts'
import type { Sealer } from './seal.ts'

/** The core's keys, kept in a store and shared by every process on it. */
export interface KeyRing extends KeySet {
  /** Settles once the keys in memory are those in the store; to be awaited before `jwks`, which answers at once. */
  ready(): Promise<void>
}

interface RingPowers {
  readonly store: KeyStore
  readonly sealer: Sealer
  readonly clock: Clock
}

/** Opens the signing keys, making the first ones in an empty store. A secret that does not open them is refused. */
export async function openKeyRing(powers: RingPowers): Promise<KeyRing> {
  const cache = createCache(powers)
  await ensureKeys(powers)
  await cache.ready()

  return {
    algs: signingAlgs,
    maxAge: jwksMaxAge,
    ready: cache.ready,

    async sign(alg, typ, claims) {
      if (!cache.isFresh()) await cache.ready()
      const kind = keyAlg(alg)
      const key = kind && signingKey(cache.keys(), kind, powers.clock.now())
      if (key === undefined) throw new Error(`no key of this server signs ${alg}`)
      const signed = `${header(key, alg, typ)}.${encodePart(claims)}`
      return `${signed}.${signBytes(key.alg, Buffer.from(signed, 'latin1'), key.privateKey).toString('base64url')}`
    },

    async verify(jws, typ) {
      if (!cache.isFresh()) await cache.ready()
      const read = readCompact(jws)
      if (read === undefined) return undefined
      const key = keyFor(read.header, typ, cache.keys(), powers.clock.now())
      if (key === undefined || !verifyBytes(key.alg, read.signed, key.publicKey, read.signature)) return undefined
      return read.claims()
    },

    jwks: () => publish(cache.keys(), powers.clock.now()),
  }
}

/** The protected header, encoded once: the same few are signed for ever. */
function header(key: LoadedKey, alg: string, typ: string): string {
  const name = `${alg} ${typ}`
  const known = key.headers.get(name)
  if (known !== undefined) return known
  const encoded = encodePart({ alg, typ, kid: key.stored.kid })
  key.headers.set(name, encoded)
  return encoded
}

/** The key that a header may be verified with. `jwk`, `jku`, `x5u` and `x5c` are never looked at (RFC 8725 §3.10). */
function keyFor(
  { alg, kid, typ, crit }: Readonly<Record<string, unknown>>,
  wanted: string,
  keys: LoadedKeys,
  now: number,
): LoadedKey | undefined {
  // RFC 7515 §4.1.11: no extension is understood here.
  if (crit !== undefined) return undefined
  // RFC 8725 §3.11; RFC 9068 §4 lets the long form of a media type stand for the short one.
  if (typ !== wanted && !(wanted === 'at+jwt' && typ === 'application/at+jwt')) return undefined
  if (typeof alg !== 'string' || typeof kid !== 'string') return undefined
  const key = keys.get(kid)
  // RFC 8725 §3.1: the algorithm is the key's, not the token's, to choose.
  return key !== undefined && key.alg === keyAlg(alg) && isUseful(key.stored, now) ? key : undefined
}

/** The store's keys in memory, read again whenever the store says that they may have changed. */
function createCache({ store, sealer }: Pick<RingPowers, 'store' | 'sealer'>) {
  let keys: LoadedKeys = new Map()
  let version: number | undefined
  let reading: Promise<void> | undefined

  async function read(): Promise<void> {
    // Before the keys: a change between the two is noticed the next time.
    const seen = store.keysVersion()
    keys = loadKeys(await store.keys(), keys, sealer)
    version = seen
  }

  const isFresh = (): boolean => version === store.keysVersion()

  return {
    keys: () => keys,
    isFresh,
    async ready(): Promise<void> {
      if (isFresh()) return
      reading ??= read().finally(() => {
        reading = undefined
      })
      await reading
    },
  }
}

const order: Readonly<Record<StoredKey['status'], number>> = { current: 0, next: 1, retired: 2 }

/** Current keys first, for readers that take the first that fits. */
function publish(keys: LoadedKeys, now: number): ReturnType<KeySet['jwks']> {
  const useful = [...keys.values()].filter(key => isUseful(key.stored, now))
  const sorted = useful.sort((a, b) => order[a.stored.status] - order[b.stored.status])
  return { keys: sorted.map(key => key.jwk) }
}
