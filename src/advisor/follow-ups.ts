import type { PolicyId } from '../core/client.ts'
import { clientTypeOf, type Flow, familyOf } from './flows.ts'
import { F4 } from './follow-ups/addresses.ts'
import { F8, F14 } from './follow-ups/apis.ts'
import type { Asked, FollowUp, Outcome } from './follow-ups/follow-up.ts'
import { F15, F16, F17, F18 } from './follow-ups/kinds.ts'
import { F6, F7 } from './follow-ups/pages.ts'
import { F3, F5, F10, F13 } from './follow-ups/people.ts'
import { F9, F11, F12 } from './follow-ups/places.ts'
import { F1, F2 } from './follow-ups/renewal.ts'
import type { Answers } from './questions.ts'
import { matches } from './when.ts'

/** In the order in which they are asked. */
export const followUps: readonly FollowUp[] = [
  ...[F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12],
  ...[F13, F14, F15, F16, F17, F18],
]

/** The follow-ups that matter to a flow found for these answers. */
export function followUpsFor(flow: Flow, answers: Answers): readonly FollowUp[] {
  const fits = ({ when, flows }: Asked): boolean =>
    (when === undefined || matches(when, answers)) && (flows === undefined || flows.includes(flow.id))
  return followUps.filter(({ asked }) => asked.some(fits))
}

/** What a follow-up is answered about. */
export interface Settled {
  readonly policy: PolicyId
  readonly flow: Flow
  readonly answers: Answers
}

/** What an answer to a follow-up leads to, under a policy and for a flow found for these answers. */
export function outcomeOf({ outcomes }: FollowUp, value: string, settled: Settled): Outcome | undefined {
  const { policy, flow, answers } = settled
  return outcomes.find(
    it =>
      it.value === value &&
      (it.policy === undefined || it.policy === policy) &&
      (it.client_type === undefined || it.client_type === clientTypeOf(flow)) &&
      (it.family === undefined || it.family === familyOf(flow.id)) &&
      (it.when === undefined || matches(it.when, answers)),
  )
}
