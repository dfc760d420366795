import type { Case } from './cases/case.ts'
import { fullLoad } from './load/full-load.ts'
import type { Server, ServerName } from './servers/server.ts'
import { median, percentile } from './statistics.ts'

/** One case on one server in one round. */
export interface Round {
  /** Units a second. */
  readonly rate: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Microseconds of the server's processor time for one unit, over all its threads. */
  readonly cpu: number
  /** The share of its core that the load took: near 1, the load is what was measured. */
  readonly load: number
}

export interface Measured {
  readonly case: string
  readonly server: ServerName
  readonly rounds: readonly Round[]
}

export interface Effort {
  readonly rounds: number
  readonly seconds: number
  readonly connections: number
}

/** Seconds before the first round of a case, not counted: after so long, compilers and caches change little. */
const warmUp = 2

/** Rounds of every server in turn, so that whatever else the machine does falls on all of them alike. */
export async function measureCase(
  it: Case,
  servers: readonly Server[],
  { rounds, ...asked }: Effort,
): Promise<readonly Measured[]> {
  const seconds = Math.max(asked.seconds, it.slow?.seconds ?? 0)
  const connections = Math.min(asked.connections, it.slow?.connections ?? Number.POSITIVE_INFINITY)
  const able = servers.filter(server => runsOn(it, server))
  const measured = new Map<Server, Round[]>(able.map(server => [server, []]))
  for (const server of able) {
    await blaming(it, server, async () =>
      fullLoad(server.port, await it.prepare(server, connections), Math.min(warmUp, 2 * seconds)),
    )
  }
  for (let round = 0; round < rounds; round++) {
    for (const server of able) {
      const round = () => blaming(it, server, () => measureRound(it, server, seconds, connections))
      measured.get(server)?.push(await alone(server, servers, round))
    }
  }
  return able.map(server => ({ case: it.name, server: server.name, rounds: measured.get(server) ?? [] }))
}

/** While the others do nothing: what an idle one still collects and sweeps on the same core, a busy one would wait for. */
export async function alone<T>(server: Server, servers: readonly Server[], work: () => Promise<T>): Promise<T> {
  const others = servers.filter(it => it !== server)
  for (const other of others) other.halt()
  try {
    return await work()
  } finally {
    for (const other of others) other.goOn()
  }
}

function runsOn({ servers }: Case, { name }: Server): boolean {
  return servers.includes(name === 'before' ? 'grantwise' : name)
}

/** @throws what `work` throws, with the case, the server and what became of it. */
export async function blaming<T>({ name }: Case, server: Server, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new Error(
      `${name} on ${server.name}: ${error instanceof Error ? error.message : error}\nIt ${server.lastWords()}`,
    )
  }
}

async function measureRound(it: Case, server: Server, seconds: number, connections: number): Promise<Round> {
  const works = await it.prepare(server, connections)
  const before = { server: server.cpu(), load: process.cpuUsage() }
  const { count, latencies } = await fullLoad(server.port, works, seconds)
  const cpu = server.cpu() - before.server
  const { user, system } = process.cpuUsage(before.load)
  return {
    rate: count / seconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    cpu: (cpu * 1e6) / count,
    load: (user + system) / 1e6 / seconds,
  }
}

/** How many times the rate of another server that of the first is: of each round, and of those the median. */
export function rateRatio(of: Measured, to: Measured): number {
  return median(of.rounds.map(({ rate }, index) => rate / (to.rounds[index]?.rate ?? Number.NaN)))
}

/** The same by processor time for a unit, which other work on the machine and a slow disk change little. */
export function cpuRatio(of: Measured, to: Measured): number {
  return median(of.rounds.map(({ cpu }, index) => (to.rounds[index]?.cpu ?? Number.NaN) / cpu))
}

export function medianOf(measured: Measured, figure: keyof Round): number {
  return median(measured.rounds.map(round => round[figure]))
}
