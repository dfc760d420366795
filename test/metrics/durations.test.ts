import parse from 'parse-prometheus-text-format'
import { expect, test } from 'vitest'
import { bounds, createDurations } from '../../src/metrics/durations.ts'

const name = 'x_seconds'

test('each observation is in its bucket and in every greater one, and in the sum', () => {
  const durations = createDurations(name, 'Help.')
  const observe = durations.labelled({ a: '1' })
  for (const seconds of [0, 0.0005, 0.0006, 10, 11]) observe(seconds)
  const [family] = parse(durations.text())
  expect(family).toMatchObject({ name, help: 'Help.', type: 'HISTOGRAM' })
  const buckets = family?.metrics[0]?.buckets ?? {}
  expect(Object.keys(buckets)).toHaveLength(bounds.length + 1)
  expect([buckets['0.0005'], buckets['0.001'], buckets['5'], buckets['10'], buckets['+Inf']]).toEqual([
    '2',
    '3',
    '3',
    '4',
    '5',
  ])
  expect(durations.text()).toMatch(/^x_seconds_sum\{a="1"\} 21\.0011$/m)
  expect(durations.text()).toMatch(/^x_seconds_count\{a="1"\} 5$/m)
})

test('the same labels are the same series, others another', () => {
  const durations = createDurations(name, 'Help.')
  for (const a of ['1', '1', '2']) durations.labelled({ a, b: '' })(1)
  expect(durations.text()).toMatch(/^x_seconds_count\{a="1",b=""\} 2$/m)
  expect(durations.text()).toMatch(/^x_seconds_count\{a="2",b=""\} 1$/m)
})

test('with nothing observed there is a name all the same', () => {
  expect(createDurations(name, 'Help.').text()).toBe('# HELP x_seconds Help.\n# TYPE x_seconds histogram\n')
})
