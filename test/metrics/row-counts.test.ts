import { expect, test } from 'vitest'
import { createRowCounts } from '../../src/metrics/row-counts.ts'

/** A count that takes `takes` milliseconds of a clock that only it moves. */
function counting() {
  let now = 0
  let takes = 1000
  let answers: (() => Promise<Record<string, number>>) | undefined
  const counts = { made: 0 }
  const rows = createRowCounts(
    async () => {
      counts.made++
      now += takes
      return answers ? answers() : { families: counts.made }
    },
    () => now,
  )
  return {
    rows,
    counts,
    pass: (milliseconds: number) => {
      now += milliseconds
    },
    take: (milliseconds: number) => {
      takes = milliseconds
    },
    answer: (with_: () => Promise<Record<string, number>>) => {
      answers = with_
    },
  }
}

const settled = () => new Promise(resolve => setImmediate(resolve))

test('the first who asks begins the count, and the next sees it', async () => {
  const { rows, counts } = counting()
  expect(rows()).toEqual({})
  await settled()
  expect(rows()).toEqual({ families: 1 })
  expect(counts.made).toBe(1)
})

test('asking often counts once in five minutes', async () => {
  const { rows, counts, pass } = counting()
  rows()
  await settled()
  pass(299_999)
  rows()
  await settled()
  expect(counts.made).toBe(1)
  pass(1)
  rows()
  await settled()
  expect(counts.made).toBe(2)
  expect(rows()).toEqual({ families: 2 })
})

test('a count that takes long is made no more often than for a hundredth of the time', async () => {
  const { rows, counts, pass, take } = counting()
  take(10_000)
  rows()
  await settled()
  pass(999_999)
  rows()
  await settled()
  expect(counts.made).toBe(1)
  pass(1)
  rows()
  await settled()
  expect(counts.made).toBe(2)
})

test('one count at a time, and one that fails leaves what was known', async () => {
  const { rows, counts, pass, answer } = counting()
  rows()
  rows()
  await settled()
  expect(counts.made).toBe(1)
  answer(() => Promise.reject(new Error('busy')))
  pass(300_000)
  rows()
  await settled()
  expect(counts.made).toBe(2)
  expect(rows()).toEqual({ families: 1 })
})
