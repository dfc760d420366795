import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chartOf } from '../../src/advisor/chart.ts'
import { flowOf } from '../../src/advisor/flows.ts'
import { policies } from '../../src/advisor/policies/index.ts'
import { questionIds } from '../../src/advisor/questions.ts'
import { whichFlow } from './which-flow.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/which-flow.md'), 'utf8')

test('A1: the page is what the rules say; vitest -u writes it anew', async () => {
  await expect(whichFlow()).toMatchFileSnapshot('../../docs/which-flow.md')
})

test('A1: its contents lead to an anchor for each decision, each policy and each rule', () => {
  const [, contents = ''] = /## Contents\n([\s\S]*?)\n## /.exec(page) ?? []
  const linked = [...contents.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target)
  expect(linked).toEqual(['what-decides', ...questionIds, ...policies.map(it => it.id), 'words'])
  const anchors = [...page.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id]) => id)
  const rules = policies.flatMap(it => [it.id, ...it.rules.map(({ id }) => id)])
  expect(anchors).toEqual([...questionIds, ...rules])
  expect(page).toMatch(/^# Which OAuth flow should I use\?\n\nHelps to find the OAuth 2\.0 flow/)
})

test.each(policies)(
  'A5: the chart of $id has a node for each rule, in its order, and leads where the rule does',
  policy => {
    const chart = chartOf(policy)
    expect(page).toContain(`\`\`\`mermaid\n${chart}\n\`\`\``)
    const nodes = [...chart.matchAll(/^ {2}(\w+)(?:\{\{|\[)"/gm)].map(([, id]) => id)
    expect(nodes).toEqual(policy.rules.map(({ id }) => id))
    const edges = [...chart.matchAll(/^ {2}(\w+) -- no --> (\w+)$/gm)].map(([, from, to]) => [from, to])
    expect(edges).toEqual(policy.rules.slice(1).map(({ id }, index) => [policy.rules[index]?.id, id]))
    for (const { id, flow } of policy.rules) expect(chart).toContain(`--> ${id}_flow(["${flowOf(flow).name}"])`)
  },
)
