import { createPrivateKey, createPublicKey, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, type JWK } from 'jose'
import type { KeyAlg } from './algorithms.ts'
import type { StoredKey } from './ports.ts'
import type { Sealer } from './seal.ts'

const generate = promisify(generateKeyPair)
const purpose = 'signing-key'

/** A new private key; the slow RSA search runs off the main thread. */
async function generatePrivateKey(alg: KeyAlg): Promise<KeyObject> {
  switch (alg) {
    case 'ES256':
      return (await generate('ec', { namedCurve: 'P-256' })).privateKey
    case 'RS256':
      return (await generate('rsa', { modulusLength: 2048 })).privateKey
    case 'Ed25519':
      return (await generate('ed25519')).privateKey
  }
}

/** A key named by its thumbprint (RFC 7638), its private half sealed. */
export async function createKey(
  alg: KeyAlg,
  dates: Pick<StoredKey, 'status' | 'created_at' | 'signs_from'>,
  sealer: Pick<Sealer, 'seal'>,
): Promise<StoredKey> {
  const privateKey = await generatePrivateKey(alg)
  const kid = await calculateJwkThumbprint(createPublicKey(privateKey).export({ format: 'jwk' }) as JWK)
  const sealed = sealer.seal(purpose, JSON.stringify(privateKey.export({ format: 'jwk' })), kid)
  return { kid, alg, ...dates, public_jwk: publicJwk(privateKey, alg, kid), sealed }
}

/** A stored key made ready for use; nothing when another secret sealed it. */
export function unsealKey(
  stored: Pick<StoredKey, 'kid' | 'sealed'>,
  sealer: Pick<Sealer, 'open'>,
): KeyObject | undefined {
  const text = sealer.open(purpose, stored.sealed, stored.kid)
  return text === undefined ? undefined : createPrivateKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' })
}

/** The published half (RFC 7517 §4). An OKP key names no `alg`, for it serves the old name and the new. */
export function publicJwk(privateKey: KeyObject, alg: string, kid: string): Readonly<Record<string, unknown>> {
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' })
  return { ...jwk, kid, use: 'sig', ...(alg === 'Ed25519' ? {} : { alg }) }
}
