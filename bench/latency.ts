import type { Case } from './cases/case.ts'
import { signInCase } from './cases/sign-in.ts'
import { fullLoad, type Load } from './load/full-load.ts'
import { openLoad } from './load/open-load.ts'
import { alone, blaming, type Measured, medianOf } from './measure.ts'
import type { Server, ServerName } from './servers/server.ts'
import { median, percentile } from './statistics.ts'

/** How long answers take when so many arrive a second, whatever the server does. */
export interface Latency {
  readonly case: string
  readonly server: ServerName
  /** Units a second. */
  readonly rate: number
  /** Milliseconds, from when a unit was due; medians of the rounds. */
  readonly p50: number
  readonly p99: number
}

interface Effort {
  readonly rounds: number
  readonly seconds: number
}

/** More than can ever wait at half of full load: a unit should queue at the server, not here. */
const connections = 64

/** For so many times the seconds of a round, each server is worked beforehand: V8 compiles for that long, and pauses. */
const warmUp = 5

/** Seconds of a round that do not count: connections are opened, and what the other servers pushed out of the caches comes back. */
const lead = 1

/** Each server at half of what it reached in that case, once it is warm. */
export async function halfLoad(
  it: Case,
  servers: readonly Server[],
  measured: readonly Measured[],
  { rounds, seconds }: Effort,
): Promise<readonly Latency[]> {
  const compared = servers.filter(({ name }) => name !== 'oauth2-server')
  const halves = compared.flatMap(server => {
    const full = measured.find(row => row.case === it.name && row.server === server.name)
    return full ? [{ server, rate: medianOf(full, 'rate') / 2, loads: [] as Load[] }] : []
  })
  for (const { server } of halves) {
    await fullLoad(server.port, await it.prepare(server, connections), warmUp * seconds)
  }
  for (let round = 0; round < rounds; round++) {
    for (const { server, rate, loads } of halves) {
      const load = async () => openLoad(server.port, await it.prepare(server, connections), rate, seconds, lead)
      loads.push(await alone(server, servers, () => blaming(it, server, load)))
    }
  }
  return halves.map(({ server, rate, loads }) => ({ case: it.name, server: server.name, rate, ...of(loads) }))
}

export interface Storm {
  readonly without: Latency
  readonly during: Latency
  /** Sign-ins a second in the storm. */
  readonly signIns: number
}

/** The same work at the same rate without and with people signing in, on connections of their own, as fast as they can. */
export async function storm(
  it: Case,
  server: Server,
  rate: number,
  people: number,
  { rounds, seconds }: Effort,
): Promise<Storm> {
  const calm: Load[] = []
  const rough: Load[] = []
  const signIns: number[] = []
  for (let round = 0; round < rounds; round++) {
    calm.push(await openLoad(server.port, await it.prepare(server, connections), rate, seconds, lead))
    const crowd = await signInCase.prepare(server, people)
    const works = await it.prepare(server, connections)
    // It begins first and ends last.
    const around = fullLoad(server.port, crowd, lead + seconds + 1)
    await new Promise(resolve => setTimeout(resolve, 500))
    rough.push(await openLoad(server.port, works, rate, seconds, lead))
    signIns.push((await around).count / (lead + seconds + 1))
  }
  const named = { case: it.name, server: server.name, rate }
  return { without: { ...named, ...of(calm) }, during: { ...named, ...of(rough) }, signIns: median(signIns) }
}

function of(loads: readonly Load[]): Pick<Latency, 'p50' | 'p99'> {
  const at = (share: number) => median(loads.map(({ latencies }) => percentile(latencies, share)))
  return { p50: at(0.5), p99: at(0.99) }
}
