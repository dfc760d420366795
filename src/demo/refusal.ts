import type { ReasonId } from '../core/reasons.ts'

/** What the API looks at, each named by its failure: the server's own ids where it has them. */
export type DemoCheck =
  | Extract<ReasonId, 'token-missing' | 'token-invalid' | 'token-expired' | 'network-outside'>
  | 'token-type-wrong'
  | 'token-issuer-wrong'
  | 'token-audience-wrong'
  | 'user-missing'
  | 'scope-missing'
  | 'page-invalid'

/** Why the API does not answer what it was asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: 400 | 401 | 403
  readonly check: DemoCheck

  constructor(status: Refusal['status'], check: DemoCheck, description: string) {
    super(description)
    this.status = status
    this.check = check
  }

  /** RFC 6750 §3.1; of places it says nothing, and another scope or token would not help. */
  get error(): 'invalid_request' | 'invalid_token' | 'insufficient_scope' | 'access_denied' {
    if (this.check === 'network-outside') return 'access_denied'
    if (this.status === 403) return 'insufficient_scope'
    return this.status === 400 || this.check === 'token-missing' ? 'invalid_request' : 'invalid_token'
  }
}

/** Each check of one request, in the order it was made. */
export interface Checks {
  passed(check: DemoCheck): void
}
