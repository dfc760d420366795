const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** Seconds in the largest unit that they are a whole number of: `30 days`. */
export function lifetimeWords(seconds: number): string {
  const [unit, length] = units.find(([, length]) => seconds % length === 0) ?? ['second', 1]
  const many = seconds / length
  return `${many} ${unit}${many === 1 ? '' : 's'}`
}
