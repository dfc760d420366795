import type { Holding } from '../load/server.ts'

/** What a server held at one moment of a soak. */
export interface Sample extends Holding {
  readonly minute: number
  /** How many came so far. */
  readonly visits: number
  /** Of everything that goes by itself. */
  readonly rows: number
  /** What happened is kept, by design. */
  readonly audit: number
}

type Measure = keyof Sample

/** By how much each may grow from the end of the warming up (a third of the time) to the end: a tenth, or as little. */
const mayGrow = { rss: 8 * 2 ** 20, heap: 4 * 2 ** 20, files: 4, handles: 8, rows: 1_000 } as const satisfies Partial<
  Record<Measure, number>
>
/** Bytes; beyond half of this the log is made to start again. */
const longestLog = 128 * 2 ** 20

const columns: readonly (readonly [Measure, number, number])[] = [
  ['minute', 7, 1],
  ['visits', 9, 1],
  ['rss', 7, 2 ** 20],
  ['heap', 7, 2 ** 20],
  ['sockets', 9, 1],
  ['files', 7, 1],
  ['handles', 9, 1],
  ['wal', 7, 2 ** 20],
  ['rows', 9, 1],
  ['audit', 9, 1],
  ['database', 10, 2 ** 20],
]

export const header: string = columns.map(([name, width]) => name.padStart(width)).join('')

/** Sizes are in MiB. */
export function line(sample: Sample): string {
  return columns
    .map(([name, width, unit]) => {
      const value = sample[name] / unit
      return value.toFixed(unit > 1 || name === 'minute' ? 1 : 0).padStart(width)
    })
    .join('')
}

/** What is not flat. */
export function faultsOf(all: readonly Sample[]): string[] {
  const warm = all.slice(Math.floor(all.length / 3))
  const faults = Object.entries(mayGrow).flatMap(([name, little]) => {
    const values = warm.map(it => it[name as Measure])
    const grown = growth(values)
    const part = grown / average(values)
    console.log(`${name} grew by ${(part * 100).toFixed(1)} %`)
    return part > 0.1 && grown > little ? [`${name} is not flat`] : []
  })
  const wal = Math.max(...all.map(it => it.wal))
  return wal > longestLog ? [...faults, `the log grew to ${wal} bytes`] : faults
}

/** Least squares over evenly spaced samples: by how much they grow from the first to the last. */
function growth(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const spread = average(values.map((_, at) => (at - middle) ** 2))
  return (average(values.map((value, at) => (at - middle) * value)) / spread) * (values.length - 1)
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
