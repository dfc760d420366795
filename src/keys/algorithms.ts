/** What a key of ours is made for, one fully specified name each (RFC 9864). */
export const keyAlgs = ['ES256', 'RS256', 'Ed25519'] as const

export type KeyAlg = (typeof keyAlgs)[number]

/** Names that a token's header may carry, each with the keys that may sign it (RFC 8725 §3.1). */
const keyAlgOf: ReadonlyMap<string, KeyAlg> = new Map([
  ['ES256', 'ES256'],
  ['RS256', 'RS256'],
  // The name that RFC 9864 retires; the same keys serve both.
  ['EdDSA', 'Ed25519'],
  ['Ed25519', 'Ed25519'],
])

/** Every signing algorithm of this server. */
export const signingAlgs: readonly string[] = [...keyAlgOf.keys()]

/** The kind of key that signs under this name, if it is one of ours. */
export function keyAlg(alg: string): KeyAlg | undefined {
  return keyAlgOf.get(alg)
}

/** Seconds that a reader may keep the published keys, and so the time a new key waits before it signs. */
export const jwksMaxAge = 300
