import type { Authorization } from '../authorization.ts'
import type { Check } from '../check.ts'
import type { ActsFor, AuthenticatedClient } from '../client.ts'
import type { Params } from '../params.ts'
import type { Allowance, Retired } from '../retired.ts'
import type { Server } from '../server.ts'

export interface GrantRequest {
  readonly client: AuthenticatedClient
  readonly params: Params
  readonly check: Check
}

/** What a grant may do: read, hash, ask the time and have a password checked. It never signs tokens and never writes them. */
export type GrantPowers = Pick<Server, 'store' | 'clock' | 'random' | 'hash' | 'lifetimes' | 'signIn'>

/** One way to prove an authorization at the token endpoint: one file, one line in `index.ts`. */
export interface Grant {
  /** RFC 6749 §4; registered at IANA, or an absolute URI (§4.5). */
  readonly grant_type: string
  /** What clients register to use it, where that is another name. */
  readonly registered_as?: string
  readonly spec: string
  /** Whose authorization its tokens carry: a user's, unless it says otherwise. */
  readonly acts_for?: ActsFor
  /** Whether only a confidential client may use it (RFC 6749 §2.1): always, or unless a challenge binds its code (RFC 7636). */
  readonly confidential?: 'always' | 'without_pkce'
  /** Renews what another grant began, and begins nothing itself. */
  readonly renews?: true
  /** Offered only where an operator allows it. */
  readonly allow?: Allowance
  readonly retired?: Retired
  /** Turns parameters into who lets which client do what. @throws the RFC's error with its reason. */
  validate(request: GrantRequest, powers: GrantPowers): Promise<Authorization>
}
