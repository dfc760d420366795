/** The value below which that share of an ascending list lies, by the nearest rank. */
export function percentile(ascending: ArrayLike<number>, share: number): number {
  const rank = Math.max(1, Math.ceil(ascending.length * share))
  return ascending[rank - 1] ?? Number.NaN
}

/** The middle one; the mean of the middle two. */
export function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b)
  const middle = ascending.length / 2
  const upper = ascending[Math.floor(middle)] ?? Number.NaN
  return Number.isInteger(middle) ? (upper + (ascending[middle - 1] ?? Number.NaN)) / 2 : upper
}
