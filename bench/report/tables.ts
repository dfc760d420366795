import type { Case } from '../cases/case.ts'
import type { Latency, Storm } from '../latency.ts'
import { cpuRatio, type Measured, medianOf, rateRatio } from '../measure.ts'
import type { Start } from '../start.ts'
import { decimals, megabytes, type Table, whole } from './table.ts'

/** A case: medians of the rounds, and Grantwise against each of the others. */
export function caseTable({ name }: Case, measured: readonly Measured[]): Table {
  const grantwise = measured.find(({ server }) => server === 'grantwise')
  return {
    title: name,
    head: ['', 'per second', 'p50 ms', 'p99 ms', 'CPU µs', 'load', 'Grantwise ×', 'by CPU ×'],
    rows: measured.map(row => [
      row.server,
      whole(medianOf(row, 'rate')),
      decimals(medianOf(row, 'p50')),
      decimals(medianOf(row, 'p99')),
      whole(medianOf(row, 'cpu')),
      `${whole(medianOf(row, 'load') * 100)} %`,
      ...(grantwise && row !== grantwise
        ? [decimals(rateRatio(grantwise, row)), decimals(cpuRatio(grantwise, row))]
        : ['', '']),
    ]),
  }
}

export function latencyTable(rows: readonly Latency[]): Table {
  return {
    title: 'At half of full load',
    head: ['', 'per second', 'p50 ms', 'p99 ms', 'p99 / p50'],
    rows: rows.map(row => latencyRow(`${row.case}, ${row.server}`, row)),
  }
}

export function stormTable({ without, during, signIns }: Storm): Table {
  return {
    title: `A storm of sign-ins (${decimals(signIns, 1)} a second) beside ${without.case}`,
    head: ['', 'per second', 'p50 ms', 'p99 ms', 'p99 / p50'],
    rows: [latencyRow('without', without), latencyRow('during', during)],
  }
}

function latencyRow(name: string, { rate, p50, p99 }: Latency): readonly string[] {
  return [name, whole(rate), decimals(p50), decimals(p99), decimals(p99 / p50, 1)]
}

export function startTable(starts: readonly Start[]): Table {
  return {
    title: 'From start to the first token',
    head: ['', 'ms', 'memory, idle'],
    rows: starts.map(({ what, time, rss }) => [what, whole(time), megabytes(rss)]),
  }
}
