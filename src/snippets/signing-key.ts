import { js } from './quote.ts'
import type { CodeClient } from './snippet.ts'
import { text } from './text.ts'

/** The key that a client signs with in place of showing a secret (RFC 7523 §2.2): never the key itself. */
export interface SigningKey {
  /** What WebCrypto is told of it, as JavaScript. */
  readonly algorithm: string
  /** What the key is called; undefined where it has no name. */
  readonly kid: string | undefined
}

const algorithms: Readonly<Record<string, string>> = {
  ES256: "{ name: 'ECDSA', namedCurve: 'P-256' }",
  ES384: "{ name: 'ECDSA', namedCurve: 'P-384' }",
  PS256: "{ name: 'RSA-PSS', hash: 'SHA-256' }",
  RS256: "{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }",
  EdDSA: "'Ed25519'",
  Ed25519: "'Ed25519'",
}

/** The first of its public keys; where only their address is known, a key as `openssl genpkey` is told to make one in docs/client-authentication.md. */
export function signingKeyOf({ jwks, token_endpoint_auth_signing_alg: only }: CodeClient): SigningKey {
  const [key = {}] = (jwks as { readonly keys?: readonly Jwk[] } | undefined)?.keys ?? []
  const alg = only ?? key.alg ?? algOf(key)
  return { algorithm: algorithms[alg] ?? algorithms['ES256'] ?? '', kid: key.kid }
}

interface Jwk {
  readonly kty?: string
  readonly crv?: string
  readonly alg?: string
  readonly kid?: string
}

function algOf({ kty, crv }: Jwk): string {
  if (kty === 'RSA') return 'RS256'
  return { 'P-384': 'ES384', Ed25519: 'Ed25519' }[crv ?? ''] ?? 'ES256'
}

/** The key, read from the file that the environment names. */
export const keyImports: string = text`
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'`

/** From the file to `key`, as both libraries of panva take it. */
export function readKey({ algorithm }: SigningKey): string {
  return text`
const der = createPrivateKey(readFileSync(PRIVATE_KEY_FILE)).export({ type: 'pkcs8', format: 'der' })
const algorithm = ${algorithm}
const key = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])`
}

/** `key`, under its name where it has one. */
export function keyArgument({ kid }: SigningKey): string {
  return kid === undefined ? 'key' : `{ key, kid: ${js(kid)} }`
}
