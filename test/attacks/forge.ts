import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { keyAlg } from '../../src/keys/algorithms.ts'
import { unsealKey } from '../../src/keys/create-key.ts'
import { signBytes } from '../../src/keys/jws.ts'
import type { TestServer } from '../support/server.ts'

export type Json = Readonly<Record<string, unknown>>

/** Makes the signature of what is signed. */
export type Signer = (signed: string) => string

export function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

/** A compact JWS, of whatever header and claims, with whatever signature. */
export function compact(header: unknown, claims: unknown, sign: Signer = () => ''): string {
  const signed = `${encode(header)}.${encode(claims)}`
  return `${signed}.${sign(signed)}`
}

export function partsOf(token: string): { readonly header: Json; readonly claims: Json; readonly signature: string } {
  const [header = '', claims = '', signature = ''] = token.split('.')
  const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json
  return { header: decode(header), claims: decode(claims), signature }
}

export type Alg = 'ES256' | 'RS256' | 'Ed25519'

export function signWith(alg: Alg, key: KeyObject): Signer {
  return signed => signBytes(alg, Buffer.from(signed, 'latin1'), key).toString('base64url')
}

/** A key of the attacker's own. */
export function ownKey(alg: Alg): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return alg === 'RS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519')
}

export interface StolenKey {
  readonly kid: string
  readonly alg: Alg
  readonly privateKey: KeyObject
  readonly sign: Signer
}

/**
 * The private half of a key of the server: what it signs differs from the server's own tokens in nothing but what a test
 * changes, so that no other check can be the one that refuses it.
 */
export async function stealKey({ data }: TestServer, kid: string): Promise<StolenKey> {
  const stored = (await data.store.keys()).find(key => key.kid === kid)
  const privateKey = stored && unsealKey(stored, data.sealer)
  const alg = stored && keyAlg(stored.alg)
  if (!privateKey || !alg) throw new Error(`no key ${kid} to steal`)
  return { kid, alg, privateKey, sign: signWith(alg, privateKey) }
}

/** The kid of one of the server's keys. */
export async function kidOf({ data }: TestServer, alg: Alg, status: string): Promise<string> {
  const key = (await data.store.keys()).find(it => it.alg === alg && it.status === status)
  if (!key) throw new Error(`no ${status} key for ${alg}`)
  return key.kid
}
