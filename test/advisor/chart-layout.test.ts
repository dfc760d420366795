import { describe, expect, test } from 'vitest'
import { type Box, layoutChart } from '../../src/advisor/chart-layout.ts'
import { shortFlows } from '../../src/advisor/chart-words.ts'
import { decisionTree, isFork } from '../../src/advisor/decision-tree.ts'
import { policies } from '../../src/advisor/policies/index.ts'

describe.each(policies)('the chart of $id', policy => {
  const { width, height, boxes, edges } = layoutChart(decisionTree(policy))
  const within = (inner: Box, outer: Pick<Box, 'x' | 'y' | 'width' | 'height'>) =>
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height

  test('lies whole in its view box', () => {
    for (const box of boxes) expect(within(box, { x: 0, y: 0, width, height })).toBe(true)
  })

  test('has no two boxes that overlap or touch', () => {
    const apart = (one: Box, other: Box) =>
      one.x + one.width < other.x ||
      other.x + other.width < one.x ||
      one.y + one.height < other.y ||
      other.y + other.height < one.y
    for (const [index, one] of boxes.entries())
      for (const other of boxes.slice(index + 1)) expect(apart(one, other)).toBe(true)
  })

  test('keeps every label in its box, and labels of one row apart', () => {
    for (const { labels, ...box } of boxes) {
      const rows = Map.groupBy(labels, ({ y }) => y)
      for (const [y, row] of rows) {
        expect(y).toBeGreaterThan(box.y)
        expect(y).toBeLessThan(box.y + box.height)
        const ends = row.toSorted((one, other) => one.x - other.x).flatMap(({ x, width }) => [x, x + width])
        expect(ends).toEqual(ends.toSorted((one, other) => one - other))
        expect(ends[0]).toBeGreaterThan(box.x)
        expect(ends.at(-1)).toBeLessThan(box.x + box.width)
      }
    }
  })

  test('says of each outcome its flow and its rule, and of what is withdrawn that it is', () => {
    const outcomes = boxes.filter(({ kind }) => kind === 'outcome')
    for (const { node, labels } of outcomes) {
      if (isFork(node)) throw new Error('a question is no outcome')
      const said = (kind: string) => labels.filter(it => it.kind === kind).map(({ text }) => text)
      expect(said('flow').join(' ')).toBe(shortFlows[node.rule.flow])
      expect(said('rule')).toEqual([node.rule.id])
      const retired = ['password', 'implicit+silent'].includes(node.rule.flow)
      expect(said('withdrawn')).toEqual(retired ? ['withdrawn'] : [])
    }
  })

  test('has one line to each box but the first, which crosses no label', () => {
    expect(edges).toHaveLength(boxes.filter(({ kind }) => kind !== 'answer').length - 1)
    for (const { from, to, onward } of edges) {
      expect(to.x).toBeGreaterThan(from.x)
      expect(to.y).toBeGreaterThan(from.y)
      const crossed = boxes.filter(
        ({ x, y, width: w, height: h }) =>
          (from.x > x && from.x < x + w && from.y < y && to.y > y + h) ||
          (onward !== undefined && onward.from.x < x && onward.to.x > x + w && onward.to.y > y && onward.to.y < y + h),
      )
      expect(crossed).toEqual([])
    }
  })
})
