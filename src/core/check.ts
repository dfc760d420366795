import type { By } from './by.ts'
import { type Detail, OAuthError } from './errors.ts'
import type { Journey } from './ports.ts'
import { publicDescription, type ReasonId, reasons } from './reasons.ts'

/** The one way to decide anything: each check of a request passes or is refused under an id named by its failure. */
export interface Check {
  readonly journey: Journey
  /** Whose request it is, as far as the network tells. */
  readonly address: () => string
  passed(reason: ReasonId): void
  /**
   * The error to throw. Causes that must look alike to a stranger share one description on the wire; the exact
   * reason and its detail go to the journey and the log only.
   */
  refused(reason: ReasonId, error_description: string, detail?: Detail): OAuthError
  /** Lets through what a stricter setting would refuse, and says so. */
  noticed(reason: ReasonId, sentence: string, detail: Detail): void
  /** Who asks for a change by this request, for the audit trail; a user without id is whoever it happens to. */
  by(actor: 'user' | 'client', id?: string): By
}

/** Checks that report to this journey, of a request that comes from this address. */
export function createCheck(journey: Journey, address: () => string = () => ''): Check {
  return {
    journey,
    address,
    by: (actor, id) => ({ actor, ...(id === undefined ? {} : { id }), reference: journey.id, address: address() }),
    passed: reason => journey.passed(reason),
    noticed: (reason, sentence, detail) => journey.noticed(reason, sentence, bounded(detail)),
    refused(reason, error_description, detail) {
      const kept = bounded(detail ?? {})
      journey.refused(reason, error_description, kept)
      return new OAuthError(reasons[reason].error, publicDescription(reason) ?? error_description, reason, kept)
    },
  }
}

const longest = 512
const most = 32

/** Facts no longer than anybody reads: what a stranger sent must not fill the log. */
function bounded(detail: Detail): Detail {
  return Object.fromEntries(
    Object.entries(detail).map(([name, fact]) => {
      if (typeof fact === 'string') return [name, cut(fact)]
      return [name, Array.isArray(fact) ? fact.slice(0, most).map(cut) : fact]
    }),
  )
}

function cut(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}… (${text.length} characters)`
}
