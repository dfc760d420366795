import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { Pool } from './pool.ts'
import { fieldOf, type Outcome, Wire } from './wire.ts'

/** What was offered and what became of it; times are in milliseconds since the moment a request was due. */
export interface Tally {
  readonly offered: number
  readonly seconds: number
  readonly served: Times
  /** 503 with Retry-After. */
  readonly shed: Times
  /** Everything else, by status. */
  readonly others: Readonly<Record<string, number>>
  /** By how much requests were sent after they were due: what of the times is our own. */
  readonly late: Times
  /** From when the last request was due until everything was answered. */
  readonly drained: number
}

export interface Times {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export interface Offer {
  readonly port: number
  /** Requests a second, whatever becomes of those before. */
  readonly rate: number
  readonly seconds: number
  /** The next request, as it goes over the wire. */
  readonly next: () => string
  /** What counts as served, besides 200. */
  readonly good?: readonly number[]
  /** Over as many, which are open beforehand, as those of proxies and applications are. */
  readonly connections?: number
  /** Each over a connection of its own instead. */
  readonly anew?: boolean
}

/** Seconds that an answer is waited for after the last request. */
const patience = 30

/** Offers requests on an open loop: each when it is due, whatever became of those before. */
export async function offer({ port, rate, seconds, next, good = [], connections = 1500, anew }: Offer): Promise<Tally> {
  const pool = new Pool(port, anew ? 0 : connections)
  await pool.warm(`GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`)
  const served = createHistogram()
  const shed = createHistogram()
  const late = createHistogram()
  const others: Record<string, number> = {}
  let sent = 0
  let settled = 0
  const began = performance.now()

  function count({ status, head }: Outcome, took: number): void {
    settled++
    const well = status === 200 || good.some(it => it === status)
    const refused = status === 503 && fieldOf(head, 'retry-after') !== undefined
    if (well || refused) record(well ? served : shed, took)
    else others[status] = (others[status] ?? 0) + 1
  }

  function sendDue(elapsed: number): void {
    const due = Math.floor(Math.min(elapsed, seconds) * rate)
    for (; sent < due; sent++) {
      const at = began + ((sent + 1) / rate) * 1000
      record(late, performance.now() - at)
      if (anew) sendAnew(next(), at)
      else pool.send(next(), outcome => count(outcome, performance.now() - at))
    }
  }

  function sendAnew(request: string, at: number): void {
    const wire = new Wire(port, () => {})
    wire.send(request, outcome => {
      count(outcome, performance.now() - at)
      wire.close()
    })
  }

  await new Promise<void>(resolve => {
    const tick = setInterval(() => {
      const elapsed = (performance.now() - began) / 1000
      sendDue(elapsed)
      if (elapsed < seconds || (settled < sent && elapsed < seconds + patience)) return
      clearInterval(tick)
      resolve()
    }, 1)
  })
  const drained = performance.now() - began - seconds * 1000
  if (settled < sent) others['unanswered'] = sent - settled
  pool.close()
  return { offered: sent, seconds, served: times(served), shed: times(shed), late: times(late), others, drained }
}

/** Requests a second that a few connections get answered, each sending again once it was. */
export async function capacity(port: number, seconds: number, next: () => string, connections = 32): Promise<number> {
  const wires = Array.from({ length: connections }, () => new Wire(port, () => {}))
  const began = performance.now()
  const until = began + seconds * 1000
  const counts = await Promise.all(wires.map(wire => drive(wire, next, until)))
  const took = (performance.now() - began) / 1000
  for (const wire of wires) wire.close()
  return counts.reduce((sum, count) => sum + count, 0) / took
}

async function drive(wire: Wire, next: () => string, until: number): Promise<number> {
  let served = 0
  while (performance.now() < until && !wire.ended) {
    const { status } = await new Promise<Outcome>(resolve => wire.send(next(), resolve))
    if (status === 200) served++
  }
  return served
}

function record(histogram: RecordableHistogram, milliseconds: number): void {
  histogram.record(Math.max(1, Math.round(milliseconds * 1000)))
}

function times(histogram: RecordableHistogram): Times {
  const count = Number(histogram.count)
  const at = (percentile: number) => (count === 0 ? 0 : histogram.percentile(percentile) / 1000)
  return { count, p50: at(50), p99: at(99), max: count === 0 ? 0 : histogram.max / 1000 }
}
