import { advise, type Result } from './advise.ts'
import { rulesVersion } from './policies/index.ts'
import { knownFollowUps, presentFollowUps } from './present-answers.ts'
import { AdviceRefused, type FollowUpAnswers } from './request.ts'
import { type Registered, type SettingDrift, settingsDrift } from './settings-drift.ts'
import type { StoredAdvice } from './stored-advice.ts'

/** How the rules of today answer differently than those that a client was registered by. */
export type Drift =
  /** Another flow, or the same one by another rule. */
  | { readonly what: 'flow' | 'rule'; readonly now: Pick<Result, 'flow' | 'rule_id' | 'rules_version' | 'why'> }
  /** The same flow, but what the follow-ups settle is not what is registered. */
  | {
      readonly what: 'settings'
      readonly now: Pick<Result, 'flow' | 'rule_id' | 'rules_version'>
      readonly settings: readonly SettingDrift[]
    }
  /** What was answered settles nothing any more. */
  | { readonly what: 'question'; readonly question: string }

/**
 * Nothing, while the rules of today say the same to the same answers. What the follow-ups settle is held against the
 * registration, where that is given and other rules led to it: what differs from the same ones somebody chose, as is
 * what an administrator has taken away.
 */
export function driftOf(advice: StoredAdvice, registered?: Registered): Drift | undefined {
  const { policy, flow, rule_id } = advice
  const answered = registered === undefined ? knownFollowUps(advice.followups) : presentFollowUps(registered)
  const advised = adviseToday(advice.answers, answered)
  if (typeof advised === 'string') return { what: 'question', question: advised }
  const now = advised[policy]
  const { flow: flowNow, rule_id: ruleNow, rules_version, why } = now
  const today = { flow: flowNow, rule_id: ruleNow, rules_version, why }
  if (flowNow !== flow) return { what: 'flow', now: today }
  if (ruleNow !== rule_id) return { what: 'rule', now: today }
  if (registered === undefined || advice.rules_version === rulesVersion) return undefined
  const settings = settingsDrift(now, registered)
  if (settings.length === 0) return undefined
  return { what: 'settings', now: { flow: flowNow, rule_id: ruleNow, rules_version }, settings }
}

/** The advice, or what would have to be answered first. */
function adviseToday(answers: StoredAdvice['answers'], followups: FollowUpAnswers) {
  try {
    const { question, advice } = advise({ answers: { ...answers }, followups })
    return advice ?? question?.text ?? ''
  } catch (error) {
    if (error instanceof AdviceRefused) return error.message
    throw error
  }
}
