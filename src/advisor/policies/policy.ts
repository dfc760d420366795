import type { PolicyId } from '../../core/client.ts'
import type { FlowId } from '../flows.ts'
import type { When } from '../when.ts'

/** One line of a policy. The first whose pattern fits decides. */
export interface Rule {
  readonly id: string
  readonly when: When
  /** What else holds whenever it decides, since the rules before it did not. */
  readonly implies?: When
  readonly flow: FlowId
  /** Why, for the person who asked. */
  readonly why: string
  /** Codes of `sources.ts`. */
  readonly sources: readonly string[]
  readonly warnings?: readonly Warning[]
}

/** Something to know before following a rule; without a pattern, always. */
export interface Warning {
  readonly when?: When
  readonly text: string
}

/** One body of advice, and the day of the newest thing that it rests on. */
export interface Policy {
  readonly id: PolicyId
  readonly name: string
  readonly date: string
  /** What it is, in a sentence. */
  readonly about: string
  /** Where a flow can renew its access token, whether that comes by itself or has to be asked for. */
  readonly refresh: 'always' | 'on_request'
  readonly rules: readonly Rule[]
}
