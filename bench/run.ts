import type { Case } from './cases/case.ts'
import { chooseCases, es256 } from './cases/index.ts'
import { refresh } from './cases/refresh.ts'
import { measureCeiling } from './ceiling.ts'
import { type Cores, takeCores } from './cores.ts'
import { ensureBuilt, ensurePeers } from './ensure.ts'
import { halfLoad, type Latency, type Storm, storm } from './latency.ts'
import { fullLoad } from './load/full-load.ts'
import { describeMachine, type Machine } from './machine.ts'
import { alone, type Measured, measureCase } from './measure.ts'
import type { Options } from './options.ts'
import { machineLines } from './report/machine.ts'
import { writePart } from './report/page.ts'
import { asMarkdown, asText, whole as rounded, type Table } from './report/table.ts'
import { caseTable, latencyTable, startTable, stormTable } from './report/tables.ts'
import { targetTable } from './report/targets.ts'
import { type Server, type ServerName, startServer } from './servers/server.ts'
import { measureStarts, type Start } from './start.ts'

/** Everything that one run measured. */
export interface Report {
  readonly machine: Machine
  /** Requests a second to a server that only answers. */
  readonly ceiling: number
  readonly measured: readonly Measured[]
  readonly latencies: readonly Latency[]
  readonly storm: Storm | undefined
  readonly starts: readonly Start[]
}

/** The comparison: each case on each server, and, unless cases were chosen, latency, the storm and the start. */
export async function run(options: Options): Promise<void> {
  const whole = options.cases.length === 0 && !options.latency
  if (options.write && !whole) throw new Error('--write: expected a whole run; got --cases or --latency')
  const chosen = options.latency ? [es256, refresh] : chooseCases(options.cases)
  ensurePeers()
  const dist = options.dist ?? ensureBuilt()
  const cores = takeCores()
  const tables: Table[] = []
  const show = (table: Table) => {
    tables.push(table)
    if (!options.json) console.log(asText(table))
  }
  const machine = describeMachine(cores)
  if (!options.json) console.log(machineLines(machine).join('\n'))
  const ceiling = await measureCeiling(cores, options.connections, options.seconds)
  if (!options.json) console.log(ceilingLine(ceiling))
  const inTurn = await measureInTurn(chosen, options, dist, cores, show)
  const starts = whole ? await measureStarts(dist, cores, Math.min(options.rounds, 3)) : []
  const report: Report = { machine, ceiling, ...inTurn, starts }
  if (starts.length > 0) {
    show(startTable(starts))
    if (!options.json) console.log(asText(targetTable(report)))
  }
  if (options.json) console.log(JSON.stringify(report, null, 2))
  if (options.write) writePart('comparison', asPage(report, tables))
}

/** What needs all the servers to run beside each other. */
async function measureInTurn(
  chosen: readonly Case[],
  options: Options,
  dist: string,
  cores: Cores | undefined,
  show: (table: Table) => void,
): Promise<Pick<Report, 'measured' | 'latencies' | 'storm'>> {
  const servers: Server[] = []
  try {
    for (const name of serverNames(options))
      servers.push(await startServer(name, name === 'before' ? (options.against ?? dist) : dist, cores))
    // What the first case would pay for all the others.
    await warm(servers, options)
    const measured: Measured[] = []
    for (const it of chosen) {
      const rows = await measureCase(it, servers, options)
      show(caseTable(it, rows))
      measured.push(...rows)
    }
    if (options.cases.length > 0 && !options.latency) return { measured, latencies: [], storm: undefined }
    return { measured, ...(await measureLatencies(servers, measured, options, show)) }
  } finally {
    await Promise.all(servers.map(server => server.stop()))
  }
}

async function warm(servers: readonly Server[], { connections, seconds }: Options): Promise<void> {
  for (const server of servers) {
    await fullLoad(server.port, await es256.prepare(server, connections), Math.min(6, 4 * seconds))
  }
}

function serverNames({ against }: Options): readonly ServerName[] {
  const own: readonly ServerName[] = against === undefined ? ['grantwise'] : ['grantwise', 'before']
  return ['floor', ...own, 'oidc-provider', 'oauth2-server']
}

async function measureLatencies(
  servers: readonly Server[],
  measured: readonly Measured[],
  { rounds, seconds, connections }: Options,
  show: (table: Table) => void,
): Promise<Pick<Report, 'latencies' | 'storm'>> {
  const effort = { rounds: Math.min(rounds, 3), seconds: seconds * 2 }
  const latencies = [
    ...(await halfLoad(es256, servers, measured, effort)),
    ...(await halfLoad(refresh, servers, measured, effort)),
  ]
  show(latencyTable(latencies))
  const grantwise = servers.find(({ name }) => name === 'grantwise')
  const half = latencies.find(row => row.case === es256.name && row.server === 'grantwise')
  if (!grantwise || !half) return { latencies, storm: undefined }
  const stormed = await alone(grantwise, servers, () => storm(es256, grantwise, half.rate, connections, effort))
  show(stormTable(stormed))
  return { latencies, storm: stormed }
}

function ceilingLine(ceiling: number): string {
  return `a server that only answers: ${rounded(ceiling)} requests a second`
}

function asPage(report: Report, tables: readonly Table[]): string {
  const lines = [...machineLines(report.machine), ceilingLine(report.ceiling)].map(line => `- ${line}`)
  return [lines.join('\n'), asMarkdown(targetTable(report)), ...tables.map(asMarkdown)].join('\n\n')
}
