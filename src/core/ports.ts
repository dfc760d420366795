import type { Code, DeviceCode, Family, OpaqueAccessToken, RefreshToken } from './authorization.ts'
import type { By } from './by.ts'
import type { Client } from './client.ts'
import type { Detail } from './errors.ts'
import type { NetworkPolicy } from './network-policy.ts'
import type { ReasonId } from './reasons.ts'
import type { ResourceServer } from './resource-server.ts'
import type { RetiredUse } from './retired.ts'
import type { Salted, TokenHash } from './token-hash.ts'
import type { User } from './user.ts'

/** The time. */
export interface Clock {
  /** Whole seconds since 1970 (NumericDate, RFC 7519 §2). */
  now(): number
}

/** Unguessable values. */
export interface Random {
  /** Twenty characters of `0-9a-v` that sort by time: 50 bits of milliseconds, 50 of randomness. Not a secret. */
  id(): string
  /** 256 random bits, base64url: 43 characters. */
  secret(): string
}

export interface Hash {
  /** SHA-256, base64url. */
  sha256(text: string): string
  /** The left half of the hash that goes with a signing algorithm, base64url (OIDC Core §3.1.3.6). */
  leftHalf(alg: string, text: string): string
  /** HMAC-SHA-256, base64url. */
  hmac(key: string, data: string): string
  /** Compares hashes in constant time; how long they are is no secret. */
  equal(a: string, b: string): boolean
}

/** The signing keys: ours only, by `kid`; a key named in a token's header is never fetched. */
export interface KeySet {
  /** Algorithms that `sign` knows. */
  readonly algs: readonly string[]
  /** A compact JWS of these claims, by the current key of that algorithm. `typ` as RFC 8725 §3.11 wants it. */
  sign(alg: string, typ: 'at+jwt' | 'JWT', claims: object): Promise<string>
  /** The claims of a JWS that one of our keys, retired ones included, signed with that `typ`. Times are not checked. */
  verify(jws: string, typ: 'at+jwt' | 'JWT'): Promise<Readonly<Record<string, unknown>> | undefined>
  /** The published half of every key: next, current and retired (RFC 7517 §5). */
  jwks(): { readonly keys: readonly Readonly<Record<string, unknown>>[] }
  /** Seconds that a reader may keep the published keys. */
  readonly maxAge: number
}

/** Where the checks of one request go, and what else the operator should see of it. */
export interface Journey {
  readonly id: string
  passed(reason: ReasonId): void
  refused(reason: ReasonId, sentence: string, detail: Detail): void
  /** Let through, though its operator wants to know: it would be refused under a stricter setting. */
  noticed(reason: ReasonId, sentence: string, detail: Detail): void
  /** The client that the request names, once it is found. */
  names(client_id: string): void
  /** The request is about this authorization, and so part of its journey. */
  joins(family: Family): void
  /** The request is part of this journey, which has no authorization yet. */
  continues(journey_id: string): void
  /** What was written, once it is. */
  stored(change: Change): void
  /** What was ended, once it is. */
  revoked(kind: 'family' | 'access_token' | 'jti', id: string): void
}

export interface ClientStore {
  client(client_id: string): Promise<Client | undefined>
  /** Whether any client registered this origin (for CORS). */
  isWebOrigin(origin: string): Promise<boolean>
}
export interface ResourceServerStore {
  resourceServer(audience: string): Promise<ResourceServer | undefined>
}
export interface NetworkPolicyStore {
  /** What the server says of every client that has no policy of its own; without waiting where it is known, as on nearly every request. */
  networkPolicy(): NetworkPolicy | undefined | Promise<NetworkPolicy | undefined>
}
export interface UserStore {
  user(sub: string): Promise<User | undefined>
}
export interface ConsentStore {
  /** The scopes this user has let this client have for this audience ('' for `/userinfo` only). */
  consent(sub: string, client_id: string, audience: string): Promise<readonly string[]>
}
export interface FamilyStore {
  family(id: string): Promise<Family | undefined>
  /** Ends every token of the family. Idempotent: the first reason stays. */
  revokeFamily(id: string, why: ReasonId, now: number, by?: By): Promise<void>
}
export interface TokenStore {
  code(token: TokenHash): Promise<Code | undefined>
  refreshToken(token: TokenHash): Promise<RefreshToken | undefined>
  accessToken(token: TokenHash): Promise<OpaqueAccessToken | undefined>
  revokeAccessToken(token: TokenHash, by?: By): Promise<void>
  /** Remembers a revoked JWT that belongs to no family until it would have expired. */
  revokeJti(jti: string, expires_at: number, by?: By): Promise<void>
  /** Whether such a JWT was revoked, or was issued before its client was deleted: one of that name may be another. */
  isJtiRevoked(jti: string, client_id: string, iat: number): Promise<boolean>
}

export interface AssertionStore {
  /** Takes the id of an assertion for its one use, durably, until it has expired; false when it was taken. */
  spendAssertion(id: string, expires_at: number): Promise<boolean>
}

/** What a device asked for, with nothing come of it yet. */
export type NewDeviceCode = Omit<DeviceCode, 'family' | 'denied_at' | 'spent_at'>

export interface DeviceStore {
  /** Keeps what a device asks; false when another has this user code, or the client is gone. `user_code` is hashed. */
  addDeviceCode(code: NewDeviceCode, user_code: string): Promise<boolean>
  deviceCode(token: TokenHash): Promise<DeviceCode | undefined>
  /** By its hashed user code. */
  deviceCodeOf(user_code: string): Promise<DeviceCode | undefined>
  /** Counts a poll of a device that waits: one that came too soon lengthens the interval by five seconds (RFC 8628 §3.5). */
  pollDeviceCode(token: TokenHash, now: number): Promise<{ readonly inTime: boolean; readonly interval: number }>
  /** Ends the waiting with a no, for `sub`; false when it had ended. */
  denyDeviceCode(code: AskedByDevice, sub: string, now: number, by: By): Promise<boolean>
}

/** What an answer to a device is about: what it asked, and from where. */
export type AskedByDevice = Pick<DeviceCode, 'token' | 'client_id' | 'journey_id' | 'address' | 'created_at'>

/** How a one-time thing is spent, atomically. */
export type Spend =
  | { readonly kind: 'code' | 'device_code'; readonly token: TokenHash }
  /** Rotated: its row keeps `successor` so that a replay within `grace` seconds can be answered alike. */
  | { readonly kind: 'refresh_token'; readonly token: TokenHash; readonly grace: number; readonly successor: Salted }
  /** Not rotated: stays unspent, with a new idle expiry. */
  | { readonly kind: 'kept_refresh_token'; readonly token: TokenHash; readonly expires_at: number }
  /** Replayed within its grace: nothing is spent, but it must still be so when this commits. */
  | { readonly kind: 'superseded_refresh_token'; readonly token: TokenHash; readonly grace: number }

/** What one act of issuing writes: all of it or nothing, in one transaction. */
export interface Change {
  readonly now: number
  /** Who asks for it, for the audit trail. */
  readonly by?: By
  /** Spent first; when somebody was faster nothing else is written. */
  readonly spends?: Spend
  /** The id of the parked request that this answers; a second answer to it finds the id taken. */
  readonly parked?: { readonly id: string; readonly expires_at: number }
  /** The family that begins here, with its code. */
  readonly begins?: Family
  /** The device that `begins` is the answer to: still waiting when this commits. */
  readonly answers?: AskedByDevice
  /** The family that `refresh_token` and `access_token` belong to; absent when a client acts for itself. */
  readonly family_id?: string
  /** When the last thing written here ends; the family and its spent code are kept at least until then. */
  readonly family_expires_at?: number
  readonly consent?: {
    readonly sub: string
    readonly client_id: string
    readonly audience: string
    readonly scope: readonly string[]
  }
  readonly code?: Omit<Code, 'family' | 'spent_at'>
  readonly refresh_token?: { readonly token: TokenHash; readonly expires_at: number }
  readonly access_token?: Omit<OpaqueAccessToken, 'family'>
  /** The retired flow that this is a use of. */
  readonly retired?: RetiredUse
}

/**
 * `committed`: durably written. `replayed`: what was to be redeemed had been spent before (its family is revoked in
 * the same transaction), its family is revoked, the parked request or the device was answered already, or who begins a family signed out or was disabled
 * meanwhile (or its client deleted); nothing was issued.
 * `superseded`: a refresh token was spent a moment ago, within its grace; ask again and its successor is repeated.
 */
export type CommitResult = 'committed' | 'replayed' | 'superseded'

/** Everything the protocol keeps. Each method is one sentence of a spec; a rejected promise means nothing was written. */
export interface Store
  extends ClientStore,
    ResourceServerStore,
    NetworkPolicyStore,
    UserStore,
    ConsentStore,
    FamilyStore,
    TokenStore,
    AssertionStore,
    DeviceStore {
  commit(change: Change): Promise<CommitResult>
  /** Remembers that a client was given something, at most once an hour; nobody waits for it. */
  noteUse(client_id: string, now: number): void
}
