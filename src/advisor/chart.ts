import { flowOf } from './flows.ts'
import type { Policy, Rule } from './policies/policy.ts'
import { clauseOf, questionIds } from './questions.ts'

/** A policy as a flowchart in Mermaid: a node for each rule, under its id, and what follows from it. */
export function chartOf({ rules }: Pick<Policy, 'rules'>): string {
  return [
    'flowchart TD',
    ...rules.flatMap((rule, index) => [`  ${nodeOf(rule)}`, ...edgesOf(rule, rules[index + 1])]),
    '  classDef withdrawn stroke:#b45309,stroke-width:2px,stroke-dasharray:4',
  ].join('\n')
}

/** What must hold for a rule to decide, in words; the last of a policy asks for nothing. */
export function conditionOf({ when }: Pick<Rule, 'when'>): string {
  const clauses = questionIds.flatMap(id => (when[id] === undefined ? [] : [clauseOf(id, when[id])]))
  return clauses.length === 0 ? 'otherwise' : clauses.join(' and ')
}

function nodeOf(rule: Rule): string {
  const text = `"${rule.id}: ${conditionOf(rule)}"`
  return isLast(rule) ? `${rule.id}[${text}]` : `${rule.id}{{${text}}}`
}

function edgesOf(rule: Rule, next: Rule | undefined): readonly string[] {
  const { name, retired } = flowOf(rule.flow)
  const outcome = `${rule.id}_flow(["${name}"])${retired === undefined ? '' : ':::withdrawn'}`
  if (isLast(rule) || next === undefined) return [`  ${rule.id} --> ${outcome}`]
  return [`  ${rule.id} -- yes --> ${outcome}`, `  ${rule.id} -- no --> ${next.id}`]
}

function isLast({ when }: Rule): boolean {
  return Object.keys(when).length === 0
}
