import type { Jwks } from './foreign-jwt.ts'
import type { NetworkPolicy } from './network-policy.ts'

/** What a client is: RFC 7591 and OIDC Registration metadata under its registered names; what is ours under `grantwise`. */
export interface Client {
  readonly client_id: string
  readonly client_name?: string
  readonly client_uri?: string
  readonly logo_uri?: string
  readonly policy_uri?: string
  readonly tos_uri?: string
  readonly redirect_uris: readonly string[]
  readonly post_logout_redirect_uris: readonly string[]
  readonly grant_types: readonly string[]
  readonly response_types: readonly string[]
  readonly token_endpoint_auth_method: string
  /** The one algorithm of its assertions; absent for any that its keys can. */
  readonly token_endpoint_auth_signing_alg?: string
  /** Its public keys, or where they are; at most one of the two (RFC 7591 §2). */
  readonly jwks?: Jwks
  readonly jwks_uri?: string
  readonly id_token_signed_response_alg: string
  /** Every scope it may be granted, space-separated (RFC 7591 §2). */
  readonly scope: string
  readonly default_max_age?: number
  readonly grantwise: ClientSettings
  /** SHA-256 of each live secret, base64url. Two at once allow rotation without downtime. */
  readonly secrets: readonly ClientSecret[]
}

export interface ClientSecret {
  readonly hash: string
  readonly created_at: number
  /** Seconds since 1970; absent while it is not being rotated out. */
  readonly expires_at?: number
}

export type RunsOn = 'server' | 'browser' | 'native' | 'cli' | 'device' | 'ci'
export type ActsFor = 'user' | 'self'
export type PolicyId = 'best-practice' | 'spotify' | 'auth0'

/** A platform whose tokens prove a client that holds no credential; every member is compared exactly. */
export interface Federated {
  readonly issuer: string
  readonly subject: string
  /** Of its tokens, where they cannot be for this server's issuer. */
  readonly audience?: string
  /** More that its tokens must say. */
  readonly claims?: Readonly<Record<string, string | number | boolean>>
  /** Its keys, where its metadata cannot be asked for them. */
  readonly jwks?: Jwks
}

export interface ClientSettings {
  readonly runs_on: RunsOn
  readonly acts_for: readonly ActsFor[]
  /** A first-party client skips the consent page unless it asks for it. */
  readonly first_party: boolean
  readonly policy: PolicyId
  /** Whether a code challenge must be sent (RFC 9700 §2.1.1); once sent it always binds. */
  readonly pkce: 'required' | 'when_sent'
  /** Seconds in which a replayed refresh token gives the same successor again. */
  readonly refresh_grace: number
  readonly refresh_rotation: boolean
  /** Seconds a refresh token lives unused. */
  readonly refresh_idle_ttl: number
  /** Seconds from the user's authorization after which no refresh token lives, however often rotated. */
  readonly refresh_max_ttl: number
  /** Audiences it may ask tokens for; a single one is meant when none is named. */
  readonly audiences: readonly string[]
  /** Who vouches for it in place of a credential of its own. */
  readonly federated?: Federated
  /** Origins of its pages: for CORS, and for answers by `web_message`. */
  readonly web_origins: readonly string[]
  /** Logins of those who may see its failures. */
  readonly owners: readonly string[]
  /** When it may use retired flows no more, in seconds since 1970; absent while that is open. */
  readonly retired_until?: number
  /** The advice that led to this registration. */
  readonly advice: Readonly<Record<string, unknown>> | null
  /** From where it may be used, in place of what the server says for every client. */
  readonly network_policy?: NetworkPolicy
}

declare const authenticated: unique symbol

/** A client that has proven itself as it is registered to; only `authenticateClient` makes one. */
export type AuthenticatedClient = Client & { readonly [authenticated]: true }

/** Whether this client holds no credential (RFC 6749 §2.1). */
export function isPublic(client: Pick<Client, 'token_endpoint_auth_method'>): boolean {
  return client.token_endpoint_auth_method === 'none'
}

/** Whether a client that proves itself like this is given a secret (RFC 6749 §2.3.1). */
export function holdsSecret(token_endpoint_auth_method: string): boolean {
  return token_endpoint_auth_method.startsWith('client_secret_')
}

/**
 * A client_id that may be nobody's, as it may be written down: id and secret are often swapped by mistake, and our
 * secrets have 32 characters at least. What no registration could be called is somebody's secret too, for all we know.
 */
export function namedClient(client_id: string): string {
  return /^[\w\-.~:/@]{1,31}$/.test(client_id) ? client_id : `(${client_id.length} characters)`
}
