import { followUps } from '../advisor/follow-ups.ts'
import { policyIds } from '../advisor/policies/index.ts'
import { questionIds } from '../advisor/questions.ts'
import { isClientId } from '../core/client-id.ts'
import type { Params } from '../core/params.ts'
import { type AdvisorState, gates, signIn, untouched } from './pages/advisor-state.ts'
import { readParts } from './read-advisor-parts.ts'

/**
 * Where somebody is with the advisor, by their address, whose every `part` is handed in too. What others add to an
 * address, to count their visitors, is none of our questions. @throws AdviceRefused naming a part that is none.
 */
export function readAdvisorState(params: Pick<Params, 'get'>, parts: readonly string[] = []): AdvisorState {
  const policy = policyIds.find(id => id === params.get('policy')) ?? untouched.policy
  const read = (ids: readonly string[]) =>
    Object.fromEntries(
      ids.flatMap(id => {
        const value = params.get(id)
        return value === undefined ? [] : [[id, value] as const]
      }),
    )
  const gate = gates.find(it => it === params.get('for'))
  const said = gate === 'sign-in' ? signIn : untouched
  const followups = { ...said.followups, ...read(followUps.map(({ id }) => id)) }
  // Every link of the page repeats it.
  const client = [params.get('client')].find(id => id !== undefined && isClientId(id))
  return {
    answers: { ...said.answers, ...read(questionIds) },
    followups,
    policy,
    parts: readParts(parts),
    ...(gate && { gate }),
    ...(client && { client }),
  }
}
