import type { Family, Login } from '../authorization.ts'
import type { AuthorizationRequest } from '../authorization-request.ts'
import type { Change } from '../ports.ts'
import type { ResponseParams } from '../response-modes/response-mode.ts'
import type { Allowance, Retired } from '../retired.ts'
import type { Server } from '../server.ts'
import type { User } from '../user.ts'

/** What was agreed to, ready to be answered. */
export interface Agreed {
  readonly request: AuthorizationRequest
  readonly login: Login
  readonly user: User
  readonly family: Family
}

/** What answers an authorization request, and what must be written for it to be true. */
export interface Answer {
  readonly params: ResponseParams
  readonly change: Pick<Change, 'code' | 'access_token' | 'family_expires_at'>
}

/** What an authorization request can be answered with. */
export type Artifact = 'code' | 'id_token' | 'token'

/** One `response_type`, its words sorted (OAuth 2.0 Multiple Response Types §3): an entry of a file, a line in `index.ts`. */
export interface ResponseType {
  readonly response_type: string
  readonly answers: readonly Artifact[]
  /** The grants a client must be registered for to use it (RFC 7591 §2.1, OIDC Registration §2). */
  readonly grant_types: readonly string[]
  /** Where the answer goes unless `response_mode` says otherwise. */
  readonly response_mode: string
  readonly spec: string
  /** Offered only where an operator allows it. */
  readonly allow?: Allowance
  readonly retired?: Retired
  answer(agreed: Agreed, server: Server): Promise<Answer>
}
