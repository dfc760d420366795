import { type Branch, decisionTree, type Fork, isFork, type TreeNode } from './decision-tree.ts'
import { completed } from './normalise.ts'
import { policies } from './policies/index.ts'
import type { Policy } from './policies/policy.ts'
import type { Answers, QuestionId } from './questions.ts'
import type { Given } from './request.ts'

/** How far some answers lead through a tree. */
export interface Walk {
  /** The branches that were taken, from the root on, each with the question it answers. */
  readonly path: readonly Step[]
  /** Where they end: at a question without an answer, or at what decides. */
  readonly at: TreeNode
  /** The branches that lie behind an answer that was not given. */
  readonly excluded: ReadonlySet<Branch>
}

export interface Step {
  readonly fork: Fork
  readonly branch: Branch
}

/** Follows the answers that were given; where somebody is not sure, the assumption. */
export function walk(tree: TreeNode, given: Given): Walk {
  const stated = completed(given)
  const path: Step[] = []
  let at = tree
  while (isFork(at) && given[at.question] !== undefined) {
    const fork = at
    const branch = branchFor(fork, stated)
    path.push({ fork, branch })
    at = branch.to
  }
  return { path, at, excluded: new Set(excludedFrom(tree, given, stated)) }
}

/** The policies whose answer still depends on this question, after these answers. */
export function policiesAsking(question: QuestionId, given: Given): readonly Policy[] {
  return policies.filter(policy => {
    const { at } = walk(treeOf(policy), given)
    return isFork(at) && at.question === question
  })
}

const trees = new Map<Policy, TreeNode>()

function treeOf(policy: Policy): TreeNode {
  const tree = trees.get(policy) ?? decisionTree(policy)
  trees.set(policy, tree)
  return tree
}

/** The branch that these answers take. */
export function branchFor({ question, branches }: Fork, answers: Answers): Branch {
  const branch = branches.find(({ values }) => values.includes(answers[question]))
  if (branch === undefined) throw new TypeError(`no branch of ${question} is for ${answers[question]}`)
  return branch
}

function excludedFrom(node: TreeNode, given: Given, stated: Answers): readonly Branch[] {
  if (!isFork(node)) return []
  const { question, branches } = node
  return branches.flatMap(branch =>
    given[question] === undefined || branch.values.includes(stated[question])
      ? excludedFrom(branch.to, given, stated)
      : [branch, ...branchesBelow(branch.to)],
  )
}

function branchesBelow(node: TreeNode): readonly Branch[] {
  return isFork(node) ? node.branches.flatMap(branch => [branch, ...branchesBelow(branch.to)]) : []
}

/** The steps from the root of a tree to one of its nodes. */
export function stepsTo(tree: TreeNode, node: TreeNode): readonly Step[] {
  return pathTo(tree, node) ?? []
}

function pathTo(from: TreeNode, node: TreeNode): readonly Step[] | undefined {
  if (from === node) return []
  if (!isFork(from)) return undefined
  for (const branch of from.branches) {
    const rest = pathTo(branch.to, node)
    if (rest !== undefined) return [{ fork: from, branch }, ...rest]
  }
  return undefined
}
