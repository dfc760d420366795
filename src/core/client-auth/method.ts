import type { Check } from '../check.ts'
import type { Client } from '../client.ts'
import type { ForeignJwt } from '../foreign-jwt.ts'
import type { Params } from '../params.ts'
import type { Server } from '../server.ts'

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
  /** Empty where nothing that came says it. */
  readonly client_id: string
  readonly secret?: string
  /** The secret before it was decoded, where that changed it. */
  readonly raw?: string
  /** A JWT, if it can be read as one, under the type it was sent as (RFC 7521 §4.2). */
  readonly assertion?: { readonly type: string; readonly jwt: ForeignJwt | undefined }
}

/** What a method may do: read, hash, ask the time, look at signatures, and spend what is good once. */
export type ClientAuthPowers = Pick<Server, 'issuer' | 'hash' | 'clock' | 'foreignJwts'> & {
  readonly store: Pick<Server['store'], 'spendAssertion'>
}

/** One way for a client to prove itself: one file, one line in `index.ts`. */
export interface ClientAuthMethod {
  readonly token_endpoint_auth_method: string
  readonly spec: string
  /** The algorithms of its signatures, if it has any (RFC 8414 §2). */
  readonly signing_algs?: readonly string[]
  /** What this request presents by this method, if anything. */
  presented(request: ClientAuthRequest, powers: Pick<ClientAuthPowers, 'foreignJwts'>): Credentials | undefined
  /** What can be said against the credentials to anybody, before it is known whether there is such a client. @throws it. */
  examine?(credentials: Credentials, powers: ClientAuthPowers, check: Check): void
  /** Whether a client registered with that `token_endpoint_auth_method` may use this one. */
  accepts(registered: string): boolean
  /** Proves that the credentials are those of the client. @throws `invalid_client` */
  verify(client: Client, credentials: Credentials, powers: ClientAuthPowers, check: Check): void | Promise<void>
}
