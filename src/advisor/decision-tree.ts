import type { PolicyId } from '../core/client.ts'
import { everyInput } from './next-question.ts'
import { settle } from './normalise.ts'
import { decide } from './policies/index.ts'
import type { Policy, Rule } from './policies/policy.ts'
import { type Answers, type QuestionId, questions } from './questions.ts'

/** A policy as a tree of the questions that it depends on: what to ask next, or the rule that decides. */
export type TreeNode = Fork | Outcome

export interface Fork {
  readonly question: QuestionId
  /** In the order of the question's choices; each choice is in exactly one. */
  readonly branches: readonly Branch[]
}

/** The choices that lead to the same tree, and that tree. */
export interface Branch {
  readonly values: readonly string[]
  readonly to: TreeNode
}

export interface Outcome {
  readonly rule: Rule
}

export function isFork(node: TreeNode): node is Fork {
  return 'question' in node
}

const known = new Map<PolicyId, TreeNode>()

/** The tree of a policy's rules; made once. Whatever the answers, it ends in the rule that decides. */
export function decisionTree(policy: Policy): TreeNode {
  const made = known.get(policy.id) ?? grow(casesOf(policy), questions.length)
  known.set(policy.id, made)
  return made
}

interface Case {
  readonly answers: Answers
  readonly rule: Rule
}

/** Every input, the answers to the last question changing fastest. */
function casesOf(policy: Policy): readonly Case[] {
  return everyInput().map(answers => ({ answers, rule: decide(policy, settle(answers)) }))
}

/** `cases` are all the ways to answer the last `open` questions, in that order: a question's choices are slices of it. */
function grow(cases: readonly Case[], open: number): TreeNode {
  const [first] = cases
  if (first === undefined) throw new TypeError('a tree needs a case')
  if (cases.every(({ rule }) => rule === first.rule)) return { rule: first.rule }
  const question = questions[questions.length - open]
  if (question === undefined) throw new TypeError('the same answers are decided by two rules')
  const size = cases.length / question.choices.length
  const branches: { readonly values: string[]; readonly to: TreeNode }[] = []
  question.choices.forEach(({ value }, index) => {
    const to = grow(cases.slice(index * size, (index + 1) * size), open - 1)
    const same = branches.find(it => alike(it.to, to))
    if (same === undefined) branches.push({ values: [value], to })
    else same.values.push(value)
  })
  const [only, ...others] = branches
  return only !== undefined && others.length === 0 ? only.to : { question: question.id, branches }
}

function alike(one: TreeNode, other: TreeNode): boolean {
  if (!isFork(one) || !isFork(other)) return !isFork(one) && !isFork(other) && one.rule === other.rule
  return (
    one.question === other.question &&
    one.branches.length === other.branches.length &&
    one.branches.every(({ values, to }, index) => {
      const branch = other.branches[index]
      return branch !== undefined && values.join() === branch.values.join() && alike(to, branch.to)
    })
  )
}
