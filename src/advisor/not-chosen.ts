import { type FlowId, flowOf, flows } from './flows.ts'
import type { Policy, Rule } from './policies/policy.ts'
import { type Answers, clauseOf, questionIds } from './questions.ts'
import type { When } from './when.ts'

export interface NotChosen {
  readonly flow: FlowId
  readonly reason: string
}

/** Every other flow of a policy with what speaks against it here, and the withdrawn ones, which are never hidden. */
export function notChosen(policy: Policy, chosen: Rule, answers: Answers): readonly NotChosen[] {
  const offered = new Map<FlowId, Rule>()
  for (const rule of policy.rules) if (!offered.has(rule.flow)) offered.set(rule.flow, rule)
  const others = [...offered].filter(([flow]) => flow !== 'none' && flow !== chosen.flow)
  const withdrawn = flows.filter(({ id, retired }) => retired !== undefined && !offered.has(id))
  return [
    ...others.map(([flow, rule]) => ({ flow, reason: reasonAgainst(rule, chosen, answers) })),
    ...withdrawn.map(({ id, retired = '' }) => ({ flow: id, reason: retired })),
  ]
}

function reasonAgainst(rule: Rule, chosen: Rule, answers: Answers): string {
  const { retired } = flowOf(rule.flow)
  return [mismatch(rule, chosen, answers), ...(retired === undefined ? [] : [retired])].join(' ')
}

/** What the rule asks for and the answers do not give, else the rule that came before it. */
function mismatch({ flow, when, implies }: Rule, chosen: Rule, answers: Answers): string {
  const { acts_for } = flowOf(flow)
  if (acts_for !== null && acts_for !== answers.acts_for) return differs('acts_for', acts_for, answers)
  const all: When = { ...implies, ...when }
  const id = questionIds.find(it => all[it] !== undefined && all[it] !== answers[it])
  const wanted = id === undefined ? undefined : all[id]
  if (id !== undefined && wanted !== undefined) return differs(id, wanted, answers)
  const settled = questionIds.filter(it => chosen.when[it] !== undefined).map(it => clauseOf(it, answers[it]))
  return `Here ${settled.join(' and ')}, and rule ${chosen.id} settles that first.`
}

function differs(id: (typeof questionIds)[number], wanted: string, answers: Answers): string {
  return `This is for when ${clauseOf(id, wanted)}; here ${clauseOf(id, answers[id])}.`
}
