import type { Detail } from '../core/errors.ts'
import type { Journey } from '../core/ports.ts'
import type { ReasonId } from '../core/reasons.ts'

/** The last refusal of a request, as the operator may read it. */
export interface Refusal {
  readonly reason: ReasonId
  readonly sentence: string
  readonly detail: Detail
}

export interface RequestJourney extends Journey {
  readonly refusals: readonly Refusal[]
}

/** What was refused in one request, kept for its log line. */
export function createJourney(id: string): RequestJourney {
  const refusals: Refusal[] = []
  return {
    id,
    refusals,
    passed: () => {},
    joins: () => {},
    stored: () => {},
    revoked: () => {},
    refused: (reason, sentence, detail) => refusals.push({ reason, sentence, detail }),
  }
}
