import type { Hash, Random } from './ports.ts'

declare const hashed: unique symbol

/** All that a store ever sees of a token: the id that finds its row and the hash of the whole. */
export interface TokenHash {
  readonly id: string
  /** SHA-256 of `<id>.<secret>`, base64url. */
  readonly hash: string
  readonly [hashed]: true
}

/** Where a successor is found and the salt that its secret is computed with. */
export interface Salted {
  readonly id: string
  readonly salt: string
}

/** `<time-ordered id>.<256-bit secret>`: ordered ids keep the store's index warm, the secret keeps it unguessable. */
export function mintToken(random: Random): string {
  return `${random.id()}.${random.secret()}`
}

const shape = /^([0-9a-v]{20})\.[A-Za-z0-9_-]{43}$/

/** The stored form of a token, or nothing when it does not have the shape of one of ours. */
export function hashToken(token: string, hash: Hash): TokenHash | undefined {
  const id = shape.exec(token)?.[1]
  return id === undefined ? undefined : ({ id, hash: hash.sha256(token) } as TokenHash)
}

/** The stored form of a token that was just minted. */
export function hashMinted(token: string, hash: Hash): TokenHash {
  return { id: token.slice(0, token.indexOf('.')), hash: hash.sha256(token) } as TokenHash
}

/** The one successor of a refresh token, computable again from the token itself and the stored salt. */
export function successorToken(presented: string, successor: Salted, hash: Hash): string {
  return `${successor.id}.${hash.hmac(presented, successor.salt)}`
}
