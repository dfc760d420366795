import { type Detail, OAuthError } from './errors.ts'
import type { Journey } from './ports.ts'
import { publicDescription, type ReasonId, reasons } from './reasons.ts'

/** The one way to decide anything: each check of a request passes or is refused under an id named by its failure. */
export interface Check {
  readonly journey: Journey
  passed(reason: ReasonId): void
  /**
   * The error to throw. Causes that must look alike to a stranger share one description on the wire; the exact
   * reason and its detail go to the journey and the log only.
   */
  refused(reason: ReasonId, error_description: string, detail?: Detail): OAuthError
}

/** Checks that report to this journey. */
export function createCheck(journey: Journey): Check {
  return {
    journey,
    passed: reason => journey.passed(reason),
    refused(reason, error_description, detail) {
      journey.refused(reason, error_description, detail ?? {})
      return new OAuthError(reasons[reason].error, publicDescription(reason) ?? error_description, reason, detail)
    },
  }
}
