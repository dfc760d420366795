import { compactVerify, errors } from 'jose'
import type { ForeignJwt, ForeignJwts, Jwks, Verdict } from '../core/foreign-jwt.ts'
import { readCompact } from './jws.ts'
import { type PublicKeys, publicKeys } from './public-keys.ts'
import type { RemoteKeys } from './remote-keys.ts'

/** Verifies what others signed, by `jose`. A key that a header names (`jwk`, `jku`, `x5c`, `x5u`) is never looked at (RFC 8725 §3.10). */
export function createForeignJwts(remote: RemoteKeys): ForeignJwts {
  const registered = new WeakMap<Jwks, PublicKeys>()

  function registeredKeys(jwks: Jwks): PublicKeys {
    const known = registered.get(jwks) ?? publicKeys(jwks)
    registered.set(jwks, known)
    return known
  }

  return {
    read(compact) {
      const jws = readCompact(compact)
      const claims = jws?.claims()
      return (
        jws && claims && { compact, signed: compact.slice(0, compact.lastIndexOf('.')), header: jws.header, claims }
      )
    },

    async verify(jwt, source) {
      if ('jwks' in source) return verdictOf(jwt, registeredKeys(source.jwks))
      const known = await remote.get(source)
      if (typeof known !== 'function') return known
      const verdict = await verdictOf(jwt, known)
      const rotated = verdict === 'key-unknown' || (verdict === 'signature-wrong' && jwt.header['kid'] === undefined)
      if (!rotated) return verdict
      const newer = await remote.renew(source)
      return newer === undefined || newer === known ? verdict : verdictOf(jwt, newer)
    },
  }
}

async function verdictOf({ compact, header }: ForeignJwt, keys: PublicKeys): Promise<Verdict> {
  const options = { algorithms: [String(header['alg'])] }
  try {
    await compactVerify(compact, keys, options)
    return 'good'
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) return verdictOfAny(compact, error, options)
    return wrong(error)
  }
}

/** Where the header names no key, whichever fits may have signed. */
async function verdictOfAny(
  compact: string,
  keys: errors.JWKSMultipleMatchingKeys,
  options: { readonly algorithms: string[] },
): Promise<Verdict> {
  let verdict: Verdict = 'key-unknown'
  for await (const key of keys) {
    try {
      await compactVerify(compact, key, options)
      return 'good'
    } catch (error) {
      verdict = wrong(error)
    }
  }
  return verdict
}

/** What else may be thrown is about a key that is none, or too short, or not for signatures. */
function wrong(error: unknown): Verdict {
  const signature = error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWSInvalid
  return signature ? 'signature-wrong' : 'key-unknown'
}
