/** An API that tokens are for (RFC 8707); `audience` is what Auth0 calls it, `resource` what the RFC does. */
export interface ResourceServer {
  readonly audience: string
  readonly name: string
  readonly access_token_format: 'jwt' | 'opaque'
  /** Seconds an access token lives. */
  readonly access_token_ttl: number
  readonly access_token_signing_alg: string
  /** The client that introspects its tokens (RFC 7662); null when none does. */
  readonly client_id: string | null
  /** Whether `offline_access` may be granted for it. */
  readonly allow_offline_access: boolean
  readonly scopes: Readonly<Record<string, ScopeMeaning>>
}

export interface ScopeMeaning {
  /** What an application will be able to do, in people's words. */
  readonly description: string
  /** Whether it makes sense only with a user; such a scope is never given to a client acting for itself. */
  readonly requires_user: boolean
}
