import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { assertionAlgs } from '../core/client-auth/assertion.ts'
import type { Jwks } from '../core/foreign-jwt.ts'
import { isObject } from './members.ts'
import { describe, join, type Report } from './problem.ts'

type Json = Readonly<Record<string, unknown>>

/** What a public key has that verifies a signature (RFC 7517 §4, RFC 7518 §6). */
const publicMembers = ['kty', 'crv', 'x', 'y', 'n', 'e', 'kid', 'alg', 'use', 'key_ops']
/** Private halves, and keys that two share. */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const mostKeys = 10

/** What a key can be used for, by its kind (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2). */
const algsOf: Readonly<Record<string, readonly string[]>> = {
  RSA: ['RS256', 'PS256'],
  'P-256': ['ES256'],
  'P-384': ['ES384'],
  Ed25519: ['EdDSA', 'Ed25519'],
}

/** A set of public keys that verify signatures, with nothing in it but that; nothing when it is none, which is then reported. */
export function readJwks(value: unknown, path: string, report: Report): Jwks | undefined {
  const { keys } = isObject(value) ? value : {}
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > mostKeys) {
    report(path, `a JWK Set (RFC 7517 §5): {"keys": […]} with 1 to ${mostKeys} public keys`, describe(value))
    return undefined
  }
  const read = keys.map((key, index) => readKey(key, join(path, 'keys', index), report))
  const kids = keys.map(key => (isObject(key) ? key['kid'] : undefined))
  for (const [index, kid] of kids.entries()) {
    const at = join(path, 'keys', index, 'kid')
    if (kid === undefined && keys.length > 1) report(at, 'a kid, since there is more than one key', 'none')
    else if (kid !== undefined && kids.indexOf(kid) !== index) report(at, 'a kid of its own', describe(kid))
  }
  return read.every(it => it !== undefined) ? { keys: read } : undefined
}

/** Which algorithms the keys of a set can verify. */
export function algsOfJwks({ keys }: Jwks): readonly string[] {
  return keys.flatMap(key => (typeof key['alg'] === 'string' ? [key['alg']] : algsOfKey(key)))
}

function algsOfKey({ kty, crv }: Json): readonly string[] {
  return algsOf[String(kty === 'RSA' ? kty : crv)] ?? []
}

function readKey(key: unknown, path: string, report: Report): Json | undefined {
  if (!isObject(key)) {
    report(path, 'a public key as a JWK (RFC 7517 §4)', describe(key))
    return undefined
  }
  if (secretMembers.some(name => name in key)) {
    const expected =
      'the public half of a key alone; keep the private one where the app signs, and make another if this file was seen'
    report(path, expected, key['kty'] === 'oct' ? 'a key that two share' : 'a private key')
    return undefined
  }
  const { kid, alg, use } = key
  const can = algsOfKey(key)
  const fits = (typeof alg !== 'string' && alg === undefined) || can.includes(String(alg))
  const named = kid === undefined || (typeof kid === 'string' && kid.length >= 1 && kid.length <= 200)
  if (!named) report(join(path, 'kid'), 'a string of 1 to 200 characters', describe(kid))
  if (use !== undefined && use !== 'sig') report(join(path, 'use'), '"sig" or nothing', describe(use))
  if (can.length > 0 && !fits) report(join(path, 'alg'), `${can.join(' or ')}, which this key can`, describe(alg))
  if (can.length > 0 && isPublicKey(key)) return fits && named ? pick(key) : undefined
  report(path, `a public key for one of ${assertionAlgs.join(', ')}; RSA with 2048 bits at least`, 'another one')
  return undefined
}

function isPublicKey(key: JsonWebKey): boolean {
  try {
    const { asymmetricKeyDetails: { modulusLength } = {} } = createPublicKey({ key, format: 'jwk' })
    return modulusLength === undefined || (modulusLength >= 2048 && modulusLength <= 8192)
  } catch {
    return false
  }
}

function pick(key: Json): Json {
  return Object.fromEntries(publicMembers.flatMap(name => (key[name] === undefined ? [] : [[name, key[name]]])))
}
