import type { PolicyId } from '../../core/client.ts'
import type { Answers } from '../questions.ts'
import { matches } from '../when.ts'
import { auth0 } from './auth0.ts'
import { bestPractice } from './best-practice.ts'
import type { Policy, Rule } from './policy.ts'
import { spotify } from './spotify.ts'

/** Changes whenever a rule, a flow or a question does; stored with every advice. */
export const rulesVersion = '2026-11-22'

/** Every policy, the default first. */
export const policies: readonly Policy[] = [bestPractice, spotify, auth0]

export const policyIds: readonly PolicyId[] = policies.map(({ id }) => id)

export function policyOf(id: PolicyId): Policy {
  return policies.find(it => it.id === id) ?? bestPractice
}

/** The rule that decides: the first that fits. Every policy ends in one that fits everything. */
export function decide({ id, rules }: Policy, answers: Answers): Rule {
  const rule = rules.find(({ when }) => matches(when, answers))
  if (rule === undefined) throw new TypeError(`policy ${id} has no rule for these answers`)
  return rule
}
