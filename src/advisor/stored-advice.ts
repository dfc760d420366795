import type { ClientSettings, PolicyId } from '../core/client.ts'
import { type Advised, advise, type Result } from './advise.ts'
import type { FlowId } from './flows.ts'
import { completed, settle } from './normalise.ts'
import { policyIds, rulesVersion } from './policies/index.ts'
import { AdviceRefused, type FollowUpAnswers, type Given, readAnswers, readFollowUps } from './request.ts'

/** The advice that a client was registered by, as it is kept with the client. */
export type StoredAdvice = {
  readonly policy: PolicyId
  readonly answers: Given
  /** Follow-ups that were answered, of those that are asked for the flow; absent where none was. */
  readonly followups?: FollowUpAnswers
  readonly flow: FlowId
  readonly rule_id: string
  readonly rules_version: string
}

/** What is kept of a result. */
export function storedAdviceOf(result: Result): StoredAdvice {
  const { policy, answers, flow, rule_id, rules_version } = result
  const followups = answeredOf(result)
  const answered = Object.keys(followups).length > 0
  return { policy, answers, ...(answered ? { followups } : {}), flow, rule_id, rules_version }
}

/** Without what the answers say already: F2 asks what the question on being offline does. */
function answeredOf({ followups, answers }: Result): FollowUpAnswers {
  const given = followups.flatMap(({ id, answer }) =>
    answer === null || (id === 'F2' && answer === answers.offline) ? [] : [[id, answer] as const],
  )
  return Object.fromEntries(given)
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
  const advised = adviseAgain(value['answers'], value['followups'])
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
  const asked = result.followups.map(({ id }) => id)
  const idle = Object.keys(Object(value['followups'])).filter(id => !asked.includes(id))
  if (idle.length > 0) {
    return [
      { member: 'followups', expected: `what is asked for ${result.flow}: ${asked.join(', ')}`, came: idle.join(', ') },
    ]
  }
  return { ...storedAdviceOf(result), rules_version: version }
}

/** The settings of a client that follow from what was answered about it. */
export function settingsOf(advice: StoredAdvice): Pick<ClientSettings, 'runs_on' | 'acts_for' | 'policy'> {
  const { runs_on, acts_for } = settle(completed(advice.answers))
  return { runs_on, acts_for: [acts_for], policy: advice.policy }
}

function adviseAgain(answers: unknown, followups: unknown = {}): Advised | AdviceFault {
  let member: AdviceFault['member'] = 'answers'
  try {
    const given = readAnswers(answers)
    member = 'followups'
    return advise({ answers: { ...given }, followups: readFollowUps(followups) })
  } catch (error) {
    if (!(error instanceof AdviceRefused)) throw error
    return { member, expected: `${member} that the advisor takes`, came: error.message }
  }
}
