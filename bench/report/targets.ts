import { codeFlow } from '../cases/code-flow.ts'
import { es256 } from '../cases/index.ts'
import { refresh } from '../cases/refresh.ts'
import { rateRatio } from '../measure.ts'
import type { Report } from '../run.ts'
import type { ServerName } from '../servers/server.ts'
import { decimals, megabytes, type Table, whole } from './table.ts'

/** What was promised, and what was measured. */
export function targetTable(report: Report): Table {
  const rows = [
    ratioRow(report, es256.name, 'floor', 0.8),
    ratioRow(report, es256.name, 'oidc-provider', 2.5),
    ratioRow(report, codeFlow.name, 'oidc-provider', 4),
    ratioRow(report, refresh.name, 'oidc-provider', 3.5),
    ...startRows(report),
    ...latencyRows(report),
  ]
  return { title: 'Targets', head: ['', 'must be', 'is', ''], rows }
}

function ratioRow({ measured }: Report, name: string, server: ServerName, target: number): readonly string[] {
  const of = measured.find(row => row.case === name && row.server === 'grantwise')
  const to = measured.find(row => row.case === name && row.server === server)
  const is = of && to ? rateRatio(of, to) : Number.NaN
  return [`${name} against ${server}`, `≥ ${decimals(target)} ×`, `${decimals(is)} ×`, verdict(is >= target)]
}

function startRows({ starts }: Report): readonly (readonly string[])[] {
  return starts
    .filter(({ what }) => what.startsWith('grantwise'))
    .flatMap(({ what, time, rss }) => [
      [`start, ${what}`, '< 500 ms', `${whole(time)} ms`, verdict(time < 500)],
      [`idle memory, ${what}`, '< 90 MB', megabytes(rss), verdict(rss < 90e6)],
    ])
}

function latencyRows({ latencies, storm }: Report): readonly (readonly string[])[] {
  const own = latencies.filter(({ server }) => server === 'grantwise')
  const half = own.map(row => {
    const is = row.p99 / row.p50
    return [`p99 at half load, ${row.case}`, '< 5 × p50', `${decimals(is, 1)} ×`, verdict(is < 5)]
  })
  if (storm === undefined) return half
  const is = storm.during.p99 / storm.without.p99
  return [...half, ['p99 in a storm of sign-ins', '< 3 × without', `${decimals(is, 1)} ×`, verdict(is < 3)]]
}

function verdict(reached: boolean): string {
  return reached ? 'reached' : 'missed'
}
