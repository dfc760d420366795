import type { Login } from './authorization.ts'
import type { Check } from './check.ts'
import type { Client } from './client.ts'
import type { ClientAuthMethod } from './client-auth/method.ts'
import type { Detail } from './errors.ts'
import type { ForeignJwts } from './foreign-jwt.ts'
import type { Grant } from './grants/grant.ts'
import type { Clock, Hash, KeySet, Random, Store } from './ports.ts'
import type { ResponseMode } from './response-modes/response-mode.ts'
import type { ResponseType } from './response-types/response-type.ts'

/** Seconds that things live which no registration sets. */
export interface Lifetimes {
  /** RFC 6749 §4.1.2 wants ten minutes at most; a browser needs seconds. */
  readonly code: number
  /** RFC 8628 §3.2: as long as it takes to fetch a phone and sign in. */
  readonly device_code: number
  readonly id_token: number
  /** An access token for `/userinfo` only. */
  readonly userinfo_token: number
  /** A request that waits in a page for its user. */
  readonly parked: number
}

/** What a request uses a client for. */
export interface Use {
  readonly grant_type: string
  /** At the authorization endpoint; its words sorted. */
  readonly response_type?: string
}

/** What somebody typed into an app's own form. */
export interface Typed {
  readonly login: string
  readonly password: string
  /** Whose form it was; the user's sessions name it. */
  readonly client: Client
}

/** `refused` is alike for every cause; the exact one went to the journey. */
export type SignInByApp =
  | { readonly kind: 'signed-in'; readonly login: Login }
  | { readonly kind: 'refused' }
  | { readonly kind: 'throttled'; readonly retry_after: number }

/** A guess that was counted: it may be made, or must wait. */
export type CountedGuess =
  | {
      readonly allowed: true
      /** Takes back this one, because it was right. */
      refund(): Promise<void>
    }
  | { readonly allowed: false; readonly retry_after: number }

/** What device authorization asks of the outside. */
export interface DeviceGuard {
  /** By a key of this server: what people can type is too short for a hash that anybody can compute. */
  hashUserCode(user_code: string): string
  /** Counts what a device of a public client asks, before it is kept; seconds to wait when it was one too many. */
  countRequest(client_id: string, address: string): Promise<number | undefined>
  /** Counts a user code that `sub` typed, before it is looked up. */
  countGuess(sub: string, address: string): Promise<CountedGuess>
}

/** One authorization server: its identity, its powers, and the lists of what it can do. */
export interface Server {
  /** No trailing slash unless it was configured so; compared as a string (RFC 9207 §2.4). */
  readonly issuer: string
  readonly lifetimes: Lifetimes
  readonly store: Store
  readonly keys: KeySet
  readonly foreignJwts: ForeignJwts
  readonly clock: Clock
  readonly random: Random
  readonly hash: Hash
  readonly grants: readonly Grant[]
  readonly clientAuthMethods: readonly ClientAuthMethod[]
  readonly responseTypes: readonly ResponseType[]
  readonly responseModes: readonly ResponseMode[]
  /** Signs somebody in as the sign-in page does, with its counters and its gates, and starts a session. */
  readonly signIn: (typed: Typed, check: Check) => Promise<SignInByApp>
  /** Whether an address is in one of these networks (CIDR). */
  readonly isWithin: (address: string, cidrs: readonly string[]) => boolean
  readonly devices: DeviceGuard
  /** What speaks against a use by a client that is held to the advice it was registered by. */
  readonly outsideAdvice: (client: Client, use: Use) => Detail | undefined
}
