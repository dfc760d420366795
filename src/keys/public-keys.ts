import { type CompactVerifyGetKey, createLocalJWKSet, type JWK } from 'jose'
import type { Jwks } from '../core/foreign-jwt.ts'

/** Keys that somebody published, ready to verify with. */
export type PublicKeys = CompactVerifyGetKey

/** More than anybody rotates through; each costs a verification where a header names none. */
const mostKeys = 20
const members = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use', 'key_ops'] as const

/** The public halves of a key set, and no more of it: a private half that was published by mistake is not looked at. */
export function publicKeys({ keys }: Jwks): PublicKeys {
  const picked = keys
    .filter(({ kty }) => kty === 'RSA' || kty === 'EC' || kty === 'OKP')
    .slice(0, mostKeys)
    .map(key => Object.fromEntries(members.flatMap(name => (name in key ? [[name, key[name]]] : []))) as unknown as JWK)
  return createLocalJWKSet({ keys: picked })
}
