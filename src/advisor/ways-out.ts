import type { PolicyId } from '../core/client.ts'
import type { FlowId } from './flows.ts'
import { completed, settle } from './normalise.ts'
import { decide, policyOf } from './policies/index.ts'
import { type QuestionId, questions } from './questions.ts'
import type { Given } from './request.ts'

/** One answer, given otherwise, and the flow that fits then. */
export interface WayOut {
  readonly question: QuestionId
  readonly value: string
  readonly flow: FlowId
}

/**
 * Where a policy finds no flow: each answer that would have led to one, all others staying as they were given. What was
 * not asked is assumed, as ever; nothing where a flow fits.
 */
export function waysOut(given: Given, policy: PolicyId): readonly WayOut[] {
  const flowFor = (answers: Given): FlowId => decide(policyOf(policy), settle(completed(answers))).flow
  if (flowFor(given) !== 'none') return []
  return questions.flatMap(({ id, choices }) =>
    given[id] === undefined
      ? []
      : choices.flatMap(({ value }): readonly WayOut[] => {
          const flow = flowFor({ ...given, [id]: value })
          return flow === 'none' ? [] : [{ question: id, value, flow }]
        }),
  )
}
