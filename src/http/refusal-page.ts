import { compareDetail } from '../advisor/explain/comparisons.ts'
import { explain } from '../advisor/explain/index.ts'
import { policyIds } from '../advisor/policies/index.ts'
import { questionIds } from '../advisor/questions.ts'
import type { Detail } from '../core/errors.ts'
import { publicReasonOf, type ReasonId } from '../core/reasons.ts'
import type { Context } from './context.ts'
import { addressOf, untouched } from './pages/advisor-state.ts'
import { errorPage } from './pages/error.ts'
import type { Site } from './pages/site.ts'
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
  if (viewer === 'anybody' || !mayKnow(viewer, reason))
    return errorPage({ ...explain(shared), reference, more: shared }, site)
  const explanation = explain(reason)
  const details = {
    viewer,
    explanation,
    compared: compareDetail(reason, detail),
    now: server.clock.now(),
    answers: answersIn(reason, detail, site),
  }
  return errorPage({ ...explanation, reference, details }, site)
}

/** Where the answers that an app was registered by are asked again. */
function answersIn(reason: ReasonId, { answers, policy }: Detail, site: Site): string | undefined {
  if (reason !== 'outside-advice' || !Array.isArray(answers)) return undefined
  const given = answers.map(answer => String(answer).split('=', 2))
  const known = given.flatMap(([name = '', value = '']) => (isQuestion(name) ? [[name, value] as const] : []))
  const followed = policyIds.find(id => id === policy) ?? untouched.policy
  return addressOf({ ...untouched, answers: Object.fromEntries(known), policy: followed }, site)
}

function isQuestion(name: string): boolean {
  return questionIds.some(id => id === name)
}
