import { advise, type Result } from './advise.ts'
import { AdviceRefused } from './request.ts'
import type { StoredAdvice } from './stored-advice.ts'

/** How the rules of today answer differently than those that a client was registered by. */
export type Drift =
  /** Another flow, or the same one by another rule. */
  | { readonly what: 'flow' | 'rule'; readonly now: Pick<Result, 'flow' | 'rule_id' | 'rules_version' | 'why'> }
  /** What was answered settles nothing any more. */
  | { readonly what: 'question'; readonly question: string }

/** Nothing, while the rules of today say the same to the same answers. */
export function driftOf({ policy, answers, flow, rule_id }: StoredAdvice): Drift | undefined {
  const now = adviseToday(answers)
  if (typeof now === 'string') return { what: 'question', question: now }
  const { flow: flowNow, rule_id: ruleNow, rules_version, why } = now[policy]
  const today = { flow: flowNow, rule_id: ruleNow, rules_version, why }
  if (flowNow !== flow) return { what: 'flow', now: today }
  return ruleNow === rule_id ? undefined : { what: 'rule', now: today }
}

/** The advice, or what would have to be answered first. */
function adviseToday(answers: StoredAdvice['answers']) {
  try {
    const { question, advice } = advise({ answers: { ...answers } })
    return advice ?? question?.text ?? ''
  } catch (error) {
    if (error instanceof AdviceRefused) return error.message
    throw error
  }
}
