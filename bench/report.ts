import type { Case } from './cases/case.ts'
import { type Measured, medianOf, ratio } from './measure.ts'

/** A case's figures as text: medians of the rounds, and Grantwise against each of the others. */
export function table(it: Case, measured: readonly Measured[]): string {
  const grantwise = measured.find(({ server }) => server === 'grantwise')
  const rows = measured.map(row => [
    row.server,
    whole(medianOf(row, 'rate')),
    medianOf(row, 'p50').toFixed(2),
    medianOf(row, 'p99').toFixed(2),
    whole(medianOf(row, 'cpu')),
    grantwise && row !== grantwise ? `${ratio(grantwise, row).toFixed(2)}${judged(it, grantwise, row)}` : '',
  ])
  return `\n${it.name}\n${aligned([['', 'per second', 'p50 ms', 'p99 ms', 'CPU µs', 'Grantwise ×'], ...rows])}`
}

function judged({ targets }: Case, grantwise: Measured, other: Measured): string {
  const target = targets?.[other.server]
  if (target === undefined) return ''
  return ratio(grantwise, other) >= target ? ` (≥ ${target})` : ` (below ${target})`
}

function whole(value: number): string {
  return Math.round(value).toString()
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? []
  return rows
    .map(row =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .map(line => `  ${line}`.trimEnd())
    .join('\n')
}
