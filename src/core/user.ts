/** A resource owner as the protocol sees one: an identifier, claims, and whether the account is alive. */
export interface User {
  /** Random, never reused, never shown to be guessable (OIDC Core §2). */
  readonly sub: string
  /** The normalised name signed in with. */
  readonly login: string
  readonly email?: string
  readonly email_verified: boolean
  /** OIDC Core §5.1 claims beyond `email`, and any of the operator's own. */
  readonly claims: Readonly<Record<string, unknown>>
  readonly roles: readonly string[]
  readonly disabled: boolean
}
