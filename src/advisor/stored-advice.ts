import type { ClientSettings, PolicyId } from '../core/client.ts'
import { type Advised, advise, type Result } from './advise.ts'
import type { FlowId } from './flows.ts'
import { completed, settle } from './normalise.ts'
import { policyIds, rulesVersion } from './policies/index.ts'
import { AdviceRefused, type Given, readAnswers } from './request.ts'

/** The advice that a client was registered by, as it is kept with the client. */
export type StoredAdvice = {
  readonly policy: PolicyId
  readonly answers: Given
  readonly flow: FlowId
  readonly rule_id: string
  readonly rules_version: string
}

/** What is kept of a result. */
export function storedAdviceOf({ policy, answers, flow, rule_id, rules_version }: Result): StoredAdvice {
  return { policy, answers, flow, rule_id, rules_version }
}

/** One thing that is wrong with a stored advice. */
export interface AdviceFault {
  readonly member: keyof StoredAdvice
  readonly expected: string
  readonly came: unknown
}

/** A stored advice from outside: what the engine says for its answers, or everything in which it says otherwise. */
export function readStoredAdvice(value: Readonly<Record<string, unknown>>): StoredAdvice | readonly AdviceFault[] {
  const policy = policyIds.find(id => id === value['policy'])
  if (policy === undefined) {
    return [{ member: 'policy', expected: `one of ${policyIds.join(', ')}`, came: value['policy'] }]
  }
  const { rules_version: version } = value
  if (typeof version !== 'string' || version === '') {
    return [
      { member: 'rules_version', expected: 'the version of the rules that advised, like 2026-09-03', came: version },
    ]
  }
  const advised = adviseAgain(value['answers'])
  if ('member' in advised) return [advised]
  const { question, advice } = advised
  if (advice === null) {
    return [{ member: 'answers', expected: `answers that settle it: ${question?.id} is missing`, came: 'too few' }]
  }
  const result = advice[policy]
  if (result.flow === 'none') {
    return [
      {
        member: 'answers',
        expected: `answers that a flow fits: ${policy} has none for these (${result.rule_id})`,
        came: 'none',
      },
    ]
  }
  const newer = version === rulesVersion ? '' : `; the rules changed from ${version} to ${rulesVersion}`
  const expected = (what: string) => `${what}, which is what ${policy} says to these answers${newer}`
  const faults = (['flow', 'rule_id'] as const).filter(member => value[member] !== result[member])
  if (faults.length > 0) {
    return faults.map(member => ({ member, expected: expected(result[member]), came: value[member] }))
  }
  return { ...storedAdviceOf(result), rules_version: version }
}

/** The settings of a client that follow from what was answered about it. */
export function settingsOf(advice: StoredAdvice): Pick<ClientSettings, 'runs_on' | 'acts_for' | 'policy'> {
  const { runs_on, acts_for } = settle(completed(advice.answers))
  return { runs_on, acts_for: [acts_for], policy: advice.policy }
}

function adviseAgain(answers: unknown): Advised | AdviceFault {
  try {
    return advise({ answers: { ...readAnswers(answers) } })
  } catch (error) {
    if (!(error instanceof AdviceRefused)) throw error
    return { member: 'answers', expected: 'answers that the advisor takes', came: error.message }
  }
}
