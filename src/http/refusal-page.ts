import { compareDetail } from '../advisor/explain/comparisons.ts'
import { explain } from '../advisor/explain/index.ts'
import type { Detail } from '../core/errors.ts'
import { publicReasonOf, type ReasonId } from '../core/reasons.ts'
import type { Context } from './context.ts'
import { errorPage } from './pages/error.ts'
import { mayKnow, type Viewer } from './viewer.ts'

export interface Refused {
  readonly reason: ReasonId
  /** Scrubbed of anything that looks like a token. */
  readonly detail: Detail
  readonly reference: string
  /** Who looks at it. */
  readonly viewer: Viewer
}

/** The page of one refusal: its exact cause with the details for those who may know, the public one for anybody else. */
export function refusalPage({ reason, detail, reference, viewer }: Refused, { site, server }: Context): string {
  const shared = publicReasonOf(reason)
  if (!mayKnow(viewer, reason)) return errorPage({ ...explain(shared), reference, more: shared }, site)
  const explanation = explain(reason)
  const details = { explanation, compared: compareDetail(reason, detail), now: server.clock.now() }
  return errorPage({ ...explanation, reference, details }, site)
}
