import type { Family, Login } from '../authorization.ts'
import type { AuthorizationRequest } from '../authorization-request.ts'
import type { Change } from '../ports.ts'
import type { ResponseParams } from '../response-modes/response-mode.ts'
import type { Allowance, Retired } from '../retired.ts'
import type { Server } from '../server.ts'

/** What was agreed to, ready to be answered. */
export interface Agreed {
  readonly request: AuthorizationRequest
  readonly login: Login
  readonly family: Family
}

/** What answers an authorization request, and what must be written for it to be true. */
export interface Answer {
  readonly params: ResponseParams
  readonly change: Pick<Change, 'code' | 'family_expires_at'>
}

/** One `response_type`, its words sorted (OAuth 2.0 Multiple Response Types §3): one file, one line in `index.ts`. */
export interface ResponseType {
  readonly response_type: string
  /** The grant a client must be registered for to use it (RFC 7591 §2.1). */
  readonly grant_type: string
  /** Where the answer goes unless `response_mode` says otherwise. */
  readonly response_mode: string
  readonly spec: string
  /** Offered only where an operator allows it. */
  readonly allow?: Allowance
  readonly retired?: Retired
  answer(agreed: Agreed, powers: Pick<Server, 'clock' | 'random' | 'hash' | 'lifetimes'>): Promise<Answer>
}
