import type { Detail } from '../core/errors.ts'
import type { RetiredUse } from '../core/retired.ts'
import type { Role } from '../core/roles.ts'

/** A parameter as anybody may see it: its value, the id of what it is, its length, or (a password) only its name. */
export interface Parameter {
  readonly name: string
  readonly value?: string
  /** The public part of a token: before its dot, or a JWT's `jti`. */
  readonly id?: string
  readonly kid?: string
  readonly length?: number
}

/** One decision, by its reason; `detail` as the check gave it. Passed with a sentence, a stricter setting would refuse it. */
export interface StepCheck {
  readonly reason: string
  readonly passed: boolean
  readonly sentence?: string
  readonly detail?: Detail
}

/** What became of a row, by kind and id. */
export interface Effect {
  readonly done: 'stored' | 'spent' | 'kept' | 'repeated' | 'revoked'
  readonly kind: string
  readonly id: string
}

/** One message from one role to another. */
export interface Step {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly from: Role
  readonly to: Role
  /** Method and path, the status of a reply, or what an unseen message does. */
  readonly what: string
  /** The server did not see it: it follows from what came before or after. */
  readonly inferred: boolean
  /** The reference number of the request, as its error page shows it. */
  readonly reference?: string
  readonly parameters?: readonly Parameter[]
  readonly checks?: readonly StepCheck[]
  readonly effects?: readonly Effect[]
  /** The retired flow that this was a use of. */
  readonly retired?: RetiredUse
  /** Milliseconds that answering took. */
  readonly took?: number
}

/**
 * `front-channel` goes through a browser from /authorize on; `cross-device` begins on a device and is answered in a
 * browser elsewhere; `back-channel` is one request of a client.
 */
export type JourneyKind = 'front-channel' | 'cross-device' | 'back-channel'

export interface Outcome {
  /** `waiting` for its user (`reason`: as its device was told), `granted`, `refused` at the last step that decided, or `ended` by sign-out or revocation. */
  readonly kind: 'waiting' | 'granted' | 'refused' | 'ended'
  readonly reason?: string
}

/** A journey in a list. */
export interface JourneySummary {
  readonly id: string
  readonly kind: JourneyKind
  /** Milliseconds since 1970. */
  readonly started_at: number
  readonly last_at: number
  readonly client_id?: string
  readonly sub?: string
  /** The login that `sub` has now. */
  readonly login?: string
  readonly outcome: Outcome
  readonly steps: number
  /** Requests that clients sent to the token endpoint. */
  readonly token_requests: number
  /** Its first requests were not recorded, or are forgotten. */
  readonly partial: boolean
}

/** A journey in full. */
export interface JourneyView extends Omit<JourneySummary, 'steps'> {
  readonly steps: readonly Step[]
  /** Steps of its middle that are forgotten. */
  readonly forgotten: number
}
