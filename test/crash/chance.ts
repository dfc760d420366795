/** Choices that a seed repeats. What runs at the same time still interleaves as it will. */
export interface Chance {
  /** From 0 to `limit`, which it never reaches. */
  below(limit: number): number
  oneOf<T>(values: readonly T[]): T
  /** True once in so many times. */
  oneIn(times: number): boolean
  /** Different values, as many as there are up to `count`. */
  some<T>(values: readonly T[], count: number): readonly T[]
}

/** Mulberry32: small, and good enough to choose when to kill. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    oneOf<T>(values: readonly T[]): T {
      if (values.length === 0) throw new RangeError('there is nothing to choose from')
      return values[below(values.length)] as T
    },
    oneIn: times => below(times) === 0,
    some<T>(values: readonly T[], count: number): readonly T[] {
      const left = [...values]
      const chosen: T[] = []
      while (chosen.length < count && left.length > 0) chosen.push(...left.splice(below(left.length), 1))
      return chosen
    },
  }
}
