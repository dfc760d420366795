import { followUps } from '../advisor/follow-ups.ts'
import { policyIds } from '../advisor/policies/index.ts'
import { questionIds } from '../advisor/questions.ts'
import type { Params } from '../core/params.ts'
import { type AdvisorState, untouched } from './pages/advisor-state.ts'

/** Where somebody is with the advisor. What others add to an address, to count their visitors, is none of our questions. */
export function readAdvisorState(params: Pick<Params, 'get'>): AdvisorState {
  const policy = policyIds.find(id => id === params.get('policy')) ?? untouched.policy
  const read = (ids: readonly string[]) =>
    Object.fromEntries(
      ids.flatMap(id => {
        const value = params.get(id)
        return value === undefined ? [] : [[id, value] as const]
      }),
    )
  return { answers: read(questionIds), followups: read(followUps.map(({ id }) => id)), policy }
}
