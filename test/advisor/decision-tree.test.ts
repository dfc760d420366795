import { describe, expect, test } from 'vitest'
import { advise } from '../../src/advisor/advise.ts'
import { decisionTree, isFork, type TreeNode } from '../../src/advisor/decision-tree.ts'
import { settle } from '../../src/advisor/normalise.ts'
import { decide, policies } from '../../src/advisor/policies/index.ts'
import { questionIds, questions } from '../../src/advisor/questions.ts'
import { branchFor, stepsTo, walk } from '../../src/advisor/tree-walk.ts'
import { inputs, usual } from './samples.ts'

function nodesOf(node: TreeNode): readonly TreeNode[] {
  return isFork(node) ? [node, ...node.branches.flatMap(({ to }) => nodesOf(to))] : [node]
}

describe.each(policies)('the tree of $id', policy => {
  const tree = decisionTree(policy)

  test('ends in the rule that decides, for every input', () => {
    for (const input of inputs) {
      const { at } = walk(tree, input)
      expect(isFork(at) ? at.question : at.rule.id).toBe(decide(policy, settle(input)).id)
    }
  })

  test('has every rule, and asks in the order of the questions', () => {
    const rules = nodesOf(tree).flatMap(node => (isFork(node) ? [] : [node.rule.id]))
    expect(new Set(rules)).toEqual(new Set(policy.rules.map(({ id }) => id)))
    for (const node of nodesOf(tree)) {
      const asked = stepsTo(tree, node).map(({ fork }) => questionIds.indexOf(fork.question))
      expect(asked).toEqual([...new Set(asked)].sort((one, other) => one - other))
    }
  })

  test('asks only what matters, and names each answer once', () => {
    for (const node of nodesOf(tree)) {
      if (!isFork(node)) continue
      const { choices } = questions.find(({ id }) => id === node.question) ?? { choices: [] }
      expect(node.branches.flatMap(({ values }) => values).sort()).toEqual(choices.map(({ value }) => value).sort())
      expect(node.branches.length).toBeGreaterThan(1)
      const ends = node.branches.map(({ to }) => JSON.stringify(to))
      expect(new Set(ends).size).toBe(ends.length)
    }
  })

  test('is made once', () => {
    expect(decisionTree(policy)).toBe(tree)
  })

  test('with some answers, what they rule out is what no further answer can reach', () => {
    for (const question of questionIds.slice(0, 4)) {
      const given = { runs_on: 'browser', [question]: usual[question] } as const
      const fitting = inputs.filter(it => it.runs_on === given.runs_on && it[question] === given[question])
      const { excluded } = walk(tree, given)
      const reached = new Set(fitting.flatMap(input => walk(tree, input).path.map(({ branch }) => branch)))
      for (const node of nodesOf(tree)) {
        const last = stepsTo(tree, node).at(-1)
        if (last !== undefined) expect(excluded.has(last.branch)).toBe(!reached.has(last.branch))
      }
    }
  })
})

test('stops at the first question without an answer, and goes on as assumed where somebody is not sure', () => {
  const [bestPractice] = policies
  if (bestPractice === undefined) throw new Error('there is no policy')
  const tree = decisionTree(bestPractice)
  const open = walk(tree, { acts_for: 'user' })
  expect(open.path).toHaveLength(1)
  expect(isFork(open.at) && open.at.question).toBe('runs_on')
  expect(isFork(open.at) && branchFor(open.at, usual).values).toEqual(['server'])
  const doubtful = walk(tree, { acts_for: 'unsure', runs_on: 'unsure', backend: 'unsure' })
  expect(isFork(doubtful.at) ? undefined : doubtful.at.rule.id).toBe('bp8')
  for (const { branch } of doubtful.path) expect(doubtful.excluded.has(branch)).toBe(false)
})

test('every question asked is where some tree has come to; once none is left, every tree has come to its end', () => {
  const trees = policies.map(decisionTree)
  for (const input of inputs.filter((_, index) => index % 7 === 0)) {
    let answers: Record<string, string> = {}
    const comeTo = () => trees.map(tree => walk(tree, answers).at)
    for (let next = advise({ answers }); next.question !== null; next = advise({ answers })) {
      expect(comeTo().map(at => isFork(at) && at.question)).toContain(next.question.id)
      answers = { ...answers, [next.question.id]: input[next.question.id] }
    }
    expect(comeTo().filter(isFork)).toEqual([])
  }
})
