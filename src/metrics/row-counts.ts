import type { ByTable } from './metrics.ts'

/** Milliseconds between two counts, at least; and how many times as long as a count took. */
const pause = { least: 300_000, times: 100 }

/** Counts aside: what is asked for is what was counted last, and asking begins a count when it is time for one. */
export function createRowCounts(count: () => Promise<ByTable>, stopwatch: () => number): () => ByTable {
  let known: ByTable = {}
  let due = 0
  let counting = false

  async function again(): Promise<void> {
    counting = true
    const began = stopwatch()
    // What cannot be counted now stays as it was.
    known = await count().catch(() => known)
    const ended = stopwatch()
    due = ended + Math.max(pause.least, pause.times * (ended - began))
    counting = false
  }

  return () => {
    if (!counting && stopwatch() >= due) void again()
    return known
  }
}
