import { describe, expect, it } from 'vitest'
import type { Bench } from './bench.ts'

export function throttles(bench: Bench): void {
  describe('throttles', () => {
    it('parallel guesses each see their own count', async () => {
      const counts = await Promise.all(Array.from({ length: 50 }, () => bench.store.countAttempts(['account'], 7)))
      expect(counts.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
    })

    it('each bucket counts by itself, and a new window starts at one', async () => {
      await bench.store.countAttempts(['account'], 7)
      expect(await bench.store.countAttempts(['account', 'address'], 7)).toEqual([2, 1])
      expect(await bench.store.countAttempts(['account', 'address'], 8)).toEqual([1, 1])
    })

    it('a clock that lags does not reset a newer window', async () => {
      await bench.store.countAttempts(['account'], 8)
      expect(await bench.store.countAttempts(['account'], 7)).toEqual([2])
      expect(await bench.store.countAttempts(['account'], 8)).toEqual([3])
    })

    it('a refund takes one back, never below zero and never of another window', async () => {
      await bench.store.countAttempts(['account'], 7)
      await bench.store.refundAttempts(['account'], 6)
      expect(await bench.store.countAttempts(['account'], 7)).toEqual([2])
      for (let i = 0; i < 5; i++) await bench.store.refundAttempts(['account', 'never counted'], 7)
      expect(await bench.store.countAttempts(['account', 'never counted'], 7)).toEqual([1, 1])
    })
  })
}
