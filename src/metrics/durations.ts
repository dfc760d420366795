/** Upper bounds in seconds. */
export const bounds: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/**
 * A histogram that is told of every answer: ours, since one of `prom-client` takes a hundredth of a token request.
 * Labels are words of this program and need no escaping.
 */
export function createDurations(name: string, help: string) {
  const series = new Map<string, { readonly buckets: number[]; sum: number; count: number }>()

  return {
    /** Where to tell of the answers that have these labels. */
    labelled(labels: Readonly<Record<string, string>>): (seconds: number) => void {
      const key = Object.entries(labels)
        .map(([label, value]) => `${label}="${value}"`)
        .join(',')
      const one = series.get(key) ?? { buckets: bounds.map(() => 0), sum: 0, count: 0 }
      series.set(key, one)
      return seconds => {
        one.sum += seconds
        one.count++
        const at = bounds.findIndex(bound => seconds <= bound)
        if (at >= 0) one.buckets[at] = (one.buckets[at] ?? 0) + 1
      }
    },

    /** In the text format of Prometheus, where a bucket holds those below it too. */
    text(): string {
      const lines = [...series].flatMap(([labels, { buckets, sum, count }]) => {
        let below = 0
        const counted = bounds.map((bound, at) => {
          below += buckets[at] ?? 0
          return `${name}_bucket{le="${bound}",${labels}} ${below}`
        })
        return [
          ...counted,
          `${name}_bucket{le="+Inf",${labels}} ${count}`,
          `${name}_sum{${labels}} ${sum}`,
          `${name}_count{${labels}} ${count}`,
        ]
      })
      return `${[`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines].join('\n')}\n`
    },
  }
}
