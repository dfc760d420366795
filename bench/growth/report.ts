import type { Case } from '../cases/case.ts'
import { cpuRatio, type Measured, medianOf, rateRatio } from '../measure.ts'
import { decimals, megabytes, type Table, whole } from '../report/table.ts'
import type { Sizes } from './sizes.ts'
import type { FilledStore } from './store.ts'
import type { Sweep } from './sweep.ts'

/** A store with what was measured of it besides the cases. */
export interface Described {
  readonly store: FilledStore
  /** Microseconds for one. */
  readonly lookups: number
  /** Milliseconds. */
  readonly start: number
  readonly sizes: Sizes
}

/** A case on each store; its cost there as a multiple of the cost on the first. */
export function caseTable({ name }: Case, stores: readonly FilledStore[], measured: readonly Measured[]): Table {
  const [first] = measured
  return {
    title: name,
    head: ['live refresh tokens', 'per second', 'p50 ms', 'p99 ms', 'CPU µs', 'time ×', 'CPU ×'],
    rows: measured.map((row, at) => [
      whole(stores[at]?.population.tokens ?? Number.NaN),
      whole(medianOf(row, 'rate')),
      decimals(medianOf(row, 'p50')),
      decimals(medianOf(row, 'p99')),
      whole(medianOf(row, 'cpu')),
      ...costs(first, row),
    ]),
  }
}

function costs(first: Measured | undefined, row: Measured): readonly string[] {
  if (first === undefined || first === row) return ['', '']
  return [decimals(rateRatio(first, row)), decimals(cpuRatio(first, row))]
}

/** What each case costs on the largest store, as a multiple of its cost on the smallest. */
export function summary(stores: readonly FilledStore[], measured: readonly (readonly Measured[])[]): Table {
  const [from, to] = [stores.at(0)?.population.tokens, stores.at(-1)?.population.tokens]
  const rows = measured.flatMap(rows => {
    const [first, last] = [rows.at(0), rows.at(-1)]
    if (first === undefined || last === undefined) return []
    const [time, cpu] = [rateRatio(first, last), cpuRatio(first, last)]
    return [[first.case, '≤ 1.30', decimals(time), decimals(cpu), time <= 1.3 || cpu <= 1.3 ? 'reached' : 'missed']]
  })
  return { title: `Cost with ${to} against ${from}`, head: ['', 'must be', 'time ×', 'CPU ×', ''], rows }
}

export function storeTable(described: readonly Described[]): Table {
  const tables = [...new Set(described.flatMap(({ sizes }) => Object.keys(sizes.tables)))]
  const large = tables.filter(name => described.some(({ sizes }) => (sizes.tables[name] ?? 0) > 1e6))
  const per = (bytes: number | undefined, count: number) => (bytes === undefined ? '–' : whole(bytes / count))
  const column = ({ store, lookups, start, sizes }: Described) => {
    const { tokens, users } = store.population
    return [
      whole(users),
      megabytes(sizes.file),
      per(sizes.file, tokens),
      ...large.map(name => per(sizes.tables[name], ['users', 'sessions', 'consents'].includes(name) ? users : tokens)),
      decimals(lookups, 1),
      whole(start),
    ]
  }
  const names = [
    'users, each with a session and consents',
    'file',
    'bytes a live token, all in all',
    ...large.map(
      name =>
        `… of these ${name}, with indexes, a ${['users', 'sessions', 'consents'].includes(name) ? 'user' : 'token'}`,
    ),
    'CPU µs to find an account by its login',
    'ms from start to the first token',
  ]
  const columns = described.map(column)
  return {
    title: 'The store',
    head: ['live refresh tokens', ...described.map(({ store }) => whole(store.population.tokens))],
    rows: names.map((name, at) => [name, ...columns.map(cells => cells[at] ?? '')]),
  }
}

export function sweepTable(sweeps: readonly Sweep[]): Table {
  return {
    title: 'Removing what has expired, beside refreshes, on the largest store',
    head: ['load', 'per second before', 'during', 'p99 ms before', 'during', 'rows that were over', 'removed a second'],
    rows: sweeps.map(({ load, rate, p99, backlog, removed }) => [
      load,
      whole(rate.before),
      whole(rate.during),
      decimals(p99.before),
      decimals(p99.during),
      whole(backlog),
      whole(removed),
    ]),
  }
}
