import type { Client } from '../core/client.ts'
import type { Detail } from '../core/errors.ts'
import type { Use } from '../core/server.ts'
import { type Flow, familyOf, findFlow, flows } from './flows.ts'

/**
 * What speaks against a use by a client that was registered by advice: the flow it was registered for, the answers
 * that led there, and the flow of this request. Nothing when the use is within the advice, or there is none.
 */
export function outsideAdvice({ grantwise: { advice } }: Pick<Client, 'grantwise'>, use: Use): Detail | undefined {
  if (advice === null) return undefined
  const { grant_type, response_type } = use
  // A flow that this version does not know allows nothing.
  const flow: { readonly id: string } & Pick<Flow, 'grant_types' | 'response_types'> = findFlow(advice['flow']) ?? {
    id: String(advice['flow']),
    grant_types: [],
    response_types: [],
  }
  const answered = response_type === undefined || flow.response_types.includes(response_type)
  if (answered && flow.grant_types.includes(grant_type)) return undefined
  return {
    registered_for: flow.id,
    policy: String(advice['policy']),
    rule: String(advice['rule_id']),
    answers: Object.entries(advice['answers'] ?? {}).map(([question, answer]) => `${question}=${String(answer)}`),
    request: flowOfUse(use),
    ...(response_type === undefined ? { grant_type } : { response_type }),
  }
}

/** What a request that uses this grant is called. */
function flowOfUse({ grant_type }: Use): string {
  const flow = flows.find(({ grant_types }) => grant_types[0] === grant_type)
  return flow === undefined ? grant_type : familyOf(flow.id)
}
