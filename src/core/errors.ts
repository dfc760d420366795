import type { ReasonId } from './reasons.ts'

/** Facts for the eyes of the client's owner and the operator: what was expected, what came. Never a secret or a token. */
export type Detail = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** A refusal in the words of the RFC that names its code; made by `Check.refused` only, so that each has a reason. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  /** The registered code, e.g. `invalid_grant` (RFC 6749 §5.2). */
  readonly error: string
  /** A sentence for the client's developer, in the characters that RFC 6749 §5.2 allows. */
  readonly error_description: string
  /** The exact reason, for journey and log. */
  readonly reason: ReasonId
  readonly detail: Detail

  constructor(error: string, error_description: string, reason: ReasonId, detail: Detail = {}) {
    super(error_description)
    this.error = error
    this.error_description = error_description.replaceAll('"', "'").replaceAll(/[^\x20-\x5b\x5d-\x7e]/g, '?')
    this.reason = reason
    this.detail = detail
  }
}
