import type { ClaimsRequest } from './claims-request.ts'
import type { Salted, TokenHash } from './token-hash.ts'

/** How and when a user proved who they are (OIDC Core §2: `auth_time`, `amr`, `acr`, `sid`). */
export interface Login {
  readonly sub: string
  /** Seconds since 1970. */
  readonly auth_time: number
  readonly amr: readonly string[]
  readonly acr: string
  /** The browser session's public id. */
  readonly sid: string
}

/**
 * Who lets which client do what. The only thing a grant produces and the only thing tokens are issued from.
 * Without `family` the client acts for itself and nothing is stored.
 */
export interface Authorization {
  readonly grant_type: string
  readonly client_id: string
  readonly scope: readonly string[]
  /** The API the access token is for; absent when it is for `/userinfo` only. */
  readonly audience?: string
  readonly family?: Family
  /** The family begins with these tokens: no code came before. */
  readonly begins?: true
  /** Echoed in the ID Token that a code buys, never on refresh (OIDC Core §12.2). */
  readonly nonce?: string
  /** The one-time thing that is spent by issuing. */
  readonly redeems?: Redemption
}

/** One user's authorization and everything it led to: code → tokens. Revoking its one row ends them all. */
export interface Family {
  /** Time-ordered; the part before the dot of its JWTs' `jti`. */
  readonly id: string
  readonly journey_id: string
  readonly client_id: string
  readonly sub: string
  readonly scope: readonly string[]
  readonly audience?: string
  readonly claims?: ClaimsRequest
  readonly login: Login
  /** Granted `offline_access`: outlives the browser session (OIDC Core §11). */
  readonly offline: boolean
  /** Seconds since 1970: when the user authorized; `refresh_max_ttl` counts from here. */
  readonly created_at: number
  readonly revoked_at?: number
}

/** A code is an Authorization that waits (RFC 6749 §4.1.2). */
export interface Code {
  readonly token: TokenHash
  readonly family: Family
  readonly redirect_uri: string
  /** The S256 challenge it is bound to (RFC 7636 §4.4). */
  readonly code_challenge?: string
  readonly nonce?: string
  readonly expires_at: number
  readonly spent_at?: number
}

/** What a device asked for, and what became of it; an Authorization that waits for its user (RFC 8628 §3.2). */
export interface DeviceCode {
  readonly token: TokenHash
  readonly client_id: string
  readonly scope: readonly string[]
  readonly audience?: string
  readonly journey_id: string
  /** From where the device asked. */
  readonly address: string
  /** Seconds since 1970. */
  readonly created_at: number
  readonly expires_at: number
  /** Seconds between two polls, at least. */
  readonly interval: number
  /** What its user agreed to; absent until then. */
  readonly family?: Family
  readonly denied_at?: number
  readonly spent_at?: number
}

/** A refresh token as stored. Its successor's secret is HMAC-SHA-256(key: this token, data: `successor.salt`). */
export interface RefreshToken {
  readonly token: TokenHash
  readonly family: Family
  /** End of its idle life, seconds since 1970. */
  readonly expires_at: number
  readonly spent_at?: number
  /** Present while a replay within the grace gives the same successor; erased once that one is used. */
  readonly successor?: Salted
}

/** An opaque access token as stored. */
export interface OpaqueAccessToken {
  readonly token: TokenHash
  readonly client_id: string
  readonly scope: readonly string[]
  readonly audience?: string
  /** Absent when the client acts for itself. */
  readonly family?: Family
  readonly issued_at: number
  readonly expires_at: number
}

/** What a grant found to be redeemable; issuing spends it in the transaction that records what it bought. */
export type Redemption =
  | { readonly kind: 'code' | 'device_code'; readonly token: TokenHash }
  | {
      readonly kind: 'refresh_token'
      readonly token: TokenHash
      /** The token as it came: the key from which its successor is made. Never stored. */
      readonly presented: string
      /** Rotation off (RFC 9700 §4.14.2 lets confidential clients keep theirs): stays, with a new idle expiry. */
      readonly keep: boolean
      /** Seconds in which a replay is answered with the same successor. */
      readonly grace: number
    }
  | {
      /** A refresh token replayed within its grace: its successor is computed again, nothing new is minted. */
      readonly kind: 'superseded_refresh_token'
      readonly token: TokenHash
      readonly presented: string
      readonly successor: Salted
      readonly grace: number
    }
