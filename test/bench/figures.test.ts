import { expect, test } from 'vitest'
import { cpuRatio, type Measured, medianOf, rateRatio } from '../../bench/measure.ts'
import { asMarkdown, asText } from '../../bench/report/table.ts'
import { median, percentile } from '../../bench/statistics.ts'

const round = { p50: 1, p99: 2, load: 0.5 }

function measured(server: Measured['server'], rounds: readonly (readonly [rate: number, cpu: number])[]): Measured {
  return { case: 'refresh', server, rounds: rounds.map(([rate, cpu]) => ({ ...round, rate, cpu })) }
}

test.each([
  [[3], 3],
  [[1, 10, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[], Number.NaN],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected)
})

test.each([
  [0.5, 50],
  [0.99, 99],
  [1, 100],
  [0, 1],
])('of 1 to 100, percentile %d is %d', (share, expected) => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1)
  expect(percentile(values, share)).toBe(expected)
})

test('a percentile between two values is the upper one', () => {
  expect(percentile([1, 2, 3], 0.5)).toBe(2)
})

test('a ratio is taken within each round, and is the median of those', () => {
  const grantwise = measured('grantwise', [
    [100, 10],
    [10, 40],
    [90, 20],
  ])
  const other = measured('floor', [
    [200, 5],
    [20, 40],
    [100, 30],
  ])
  expect(rateRatio(grantwise, other)).toBe(0.5)
  expect(cpuRatio(grantwise, other)).toBe(1)
  expect(medianOf(grantwise, 'rate')).toBe(90)
})

test('a table reads the same on a terminal and on a page', () => {
  const table = {
    title: 'T',
    head: ['', 'ms'],
    rows: [
      ['one', '1'],
      ['twenty', '20'],
    ],
  }
  expect(asText(table)).toBe('\nT\n          ms\n  one      1\n  twenty  20')
  expect(asMarkdown(table)).toBe('### T\n\n|  | ms |\n| --- | ---: |\n| one | 1 |\n| twenty | 20 |')
})
