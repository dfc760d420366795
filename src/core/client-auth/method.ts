import type { Client } from '../client.ts'
import type { Params } from '../params.ts'
import type { Clock, Hash } from '../ports.ts'

/** The Authorization header as HTTP decoded it (RFC 7235 §2.1). */
export type AuthorizationHeader =
  /** User and password as they came: one percent-decoding is ours to do (RFC 6749 §2.3.1). */
  | { readonly scheme: 'basic'; readonly user: string; readonly password: string }
  | { readonly scheme: 'bearer'; readonly token: string }
  | { readonly scheme: 'unreadable' }

/** What of a request can authenticate a client. */
export interface ClientAuthRequest {
  readonly authorization: AuthorizationHeader | undefined
  readonly params: Params
}

/** What a client presented by one method. */
export interface Credentials {
  readonly client_id: string
  readonly secret?: string
  /** The secret before it was decoded, where that changed it. */
  readonly raw?: string
}

/** One way for a client to prove itself: one file, one line in `index.ts`. */
export interface ClientAuthMethod {
  readonly token_endpoint_auth_method: string
  readonly spec: string
  /** What this request presents by this method, if anything. */
  presented(request: ClientAuthRequest): Credentials | undefined
  /** Whether a client registered with that `token_endpoint_auth_method` may use this one. */
  accepts(registered: string): boolean
  /** Whether the credentials are right. */
  verify(client: Client, credentials: Credentials, powers: { readonly hash: Hash; readonly clock: Clock }): boolean
}
