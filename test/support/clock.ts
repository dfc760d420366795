import type { Clock } from '../../src/core/ports.ts'

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  /** Lets this many seconds pass. */
  pass(seconds: number): void
}

/** Begins near the real time, so that clients with clocks of their own accept its tokens. */
export function createClock(start: number = Math.floor(Date.now() / 1000)): TestClock {
  let now = start
  return {
    now: () => now,
    pass(seconds) {
      now += seconds
    },
  }
}
