import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { Hash } from '../core/ports.ts'

/** The hash function inside each signing algorithm; SHA-512 is Ed25519's own (RFC 8032 §5.1). */
const digestOf: Readonly<Record<string, string>> = {
  ES256: 'sha256',
  RS256: 'sha256',
  PS256: 'sha256',
  EdDSA: 'sha512',
  Ed25519: 'sha512',
}

/** The core's hashes by `node:crypto`. */
export const nodeHash: Hash = {
  sha256: text => hash('sha256', text, 'base64url'),

  leftHalf(alg, text) {
    const digest = digestOf[alg]
    if (digest === undefined) throw new TypeError(`no hash is known for the signing algorithm ${alg}`)
    const bytes = hash(digest, text, 'buffer')
    return bytes.toString('base64url', 0, bytes.length / 2)
  },

  hmac: (key, data) => createHmac('sha256', key).update(data).digest('base64url'),

  equal(a, b) {
    const [left, right] = [Buffer.from(a), Buffer.from(b)]
    return left.length === right.length && timingSafeEqual(left, right)
  },
}
