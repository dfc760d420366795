import { type KeyObject, sign, verify } from 'node:crypto'
import type { KeyAlg } from './algorithms.ts'
import { concatToDer, derToConcat } from './der.ts'

type Json = Readonly<Record<string, unknown>>

/** The signature of these bytes, in the form JWS gives it (RFC 7518 §3, RFC 8037 §3.1). */
export function signBytes(alg: KeyAlg, data: Buffer, key: KeyObject): Buffer {
  switch (alg) {
    case 'ES256':
      return derToConcat(sign('sha256', data, key))
    case 'RS256':
      return sign('sha256', data, key)
    case 'Ed25519':
      return sign(null, data, key)
  }
}

export function verifyBytes(alg: KeyAlg, data: Buffer, key: KeyObject, signature: Buffer): boolean {
  switch (alg) {
    case 'ES256': {
      const der = concatToDer(signature)
      return der !== undefined && verify('sha256', data, key, der)
    }
    case 'RS256':
      return verify('sha256', data, key, signature)
    case 'Ed25519':
      return verify(null, data, key, signature)
  }
}

/** A part of a compact JWS: the base64url of some JSON (RFC 7515 §7.1). */
export function encodePart(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

export interface CompactJws {
  readonly header: Json
  /** Read only once the signature is known to be good. */
  claims(): Json | undefined
  readonly signed: Buffer
  readonly signature: Buffer
}

/** The parts of a compact JWS; nothing when it is not one. */
export function readCompact(jws: string): CompactJws | undefined {
  const [header, payload, signature, ...more] = jws.split('.')
  if (!header || !payload || !signature || more.length > 0) return undefined
  const readHeader = decodePart(header)
  const signatureBytes = decodeBase64url(signature)
  if (readHeader === undefined || signatureBytes === undefined) return undefined
  return {
    header: readHeader,
    claims: () => decodePart(payload),
    signed: Buffer.from(`${header}.${payload}`, 'latin1'),
    signature: signatureBytes,
  }
}

function decodePart(part: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(decodeBase64url(part)?.toString('utf8') ?? '')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
  } catch {
    return undefined
  }
}

/** Only the one spelling that RFC 7515 §2 allows: Buffer alone would forgive padding, blanks and stray bits. */
function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
