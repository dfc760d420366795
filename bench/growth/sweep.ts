import { DatabaseSync } from 'node:sqlite'
import { fullLoad, type Work } from '../load/full-load.ts'
import { openLoad } from '../load/open-load.ts'
import { type Measured, medianOf } from '../measure.ts'
import type { Server } from '../servers/server.ts'
import { median, percentile } from '../statistics.ts'
import { refreshDuringSweep } from './cases.ts'
import { type FilledStore, serve } from './store.ts'

/** What the removal of expired rows does, and what it does to those who wait. */
export interface Sweep {
  readonly load: 'half' | 'full'
  /** Refreshes a second, before and during. */
  readonly rate: { readonly before: number; readonly during: number }
  /** Milliseconds, before and during. */
  readonly p99: { readonly before: number; readonly during: number }
  /** Rows that were over when it began. */
  readonly backlog: number
  /** Rows removed a second. */
  readonly removed: number
}

const connections = 32
/** Seconds of each look. */
const span = 2
/** Milliseconds in which the server, which sweeps each minute, must have begun and ended. */
const patience = 240_000

/** At half of the rate that refreshes reached, then at full load. */
export async function measureSweep(
  store: FilledStore,
  measured: readonly (readonly Measured[])[],
): Promise<readonly Sweep[]> {
  const refreshes = measured.flat().findLast(row => row.case === 'refresh_any')
  const half = refreshes ? medianOf(refreshes, 'rate') / 2 : 500
  return [await sweepUnder(store, half), await sweepUnder(store, undefined)]
}

/** At so many refreshes a second, or as many as there can be. */
async function sweepUnder(store: FilledStore, rate: number | undefined): Promise<Sweep> {
  const backlog = expireSome(store)
  const server = await serve(store)
  const db = new DatabaseSync(store.file, { readOnly: true })
  try {
    const refresh = refreshDuringSweep(() => ({ population: store.population, accessTokens: [] }))
    const look = lookWith(server, await refresh.prepare(server, connections), rate)
    const left = db.prepare(
      `SELECT (SELECT count(*) FROM refresh_tokens WHERE expires_at <= $now)
            + (SELECT count(*) FROM families WHERE due_at <= $now) AS rows`,
    )
    const rows = () => Number(left.get({ now: expiry })?.['rows'])
    const [before, during]: [Look[], Look[]] = [[], []]
    const began = performance.now()
    let sweeping = { since: 0, until: 0 }
    while (rows() > 0) {
      if (performance.now() - began > patience) throw new Error(`${rows()} rows are still to be swept`)
      const [had, from] = [rows(), performance.now()]
      const looked = await look()
      const swept = rows() < had
      if (swept) sweeping = { since: sweeping.since || from, until: performance.now() }
      if (swept) during.push(looked)
      else before.push(looked)
    }
    return {
      load: rate === undefined ? 'full' : 'half',
      rate: { before: median(before.map(({ rate }) => rate)), during: median(during.map(({ rate }) => rate)) },
      p99: { before: median(before.map(({ p99 }) => p99)), during: median(during.map(({ p99 }) => p99)) },
      backlog,
      removed: (backlog * 1000) / (sweeping.until - sweeping.since),
    }
  } finally {
    db.close()
    await server.stop()
  }
}

/** When what is made to expire did: long before anything else. */
const expiry = 1_000_000_000

/** Lets a part of the spent tokens and of the families be over; how many rows. */
function expireSome({ file, population }: FilledStore): number {
  const limit = Math.min(100_000, Math.floor(population.tokens / 20))
  const db = new DatabaseSync(file)
  const expire = (sql: string) => Number(db.prepare(sql).run({ expiry, limit }).changes)
  const tokens = expire(
    `UPDATE refresh_tokens SET expires_at = $expiry WHERE id IN (SELECT id FROM refresh_tokens ORDER BY id LIMIT $limit)`,
  )
  const families = expire(
    `UPDATE families SET expires_at = $expiry, due_at = $expiry
     WHERE id IN (SELECT family_id FROM refresh_tokens ORDER BY id LIMIT $limit / 2)`,
  )
  db.close()
  return tokens + families
}

interface Look {
  readonly rate: number
  readonly p99: number
}

function lookWith(server: Server, works: readonly Work[], rate: number | undefined): () => Promise<Look> {
  return async () => {
    const { count, latencies } =
      rate === undefined ? await fullLoad(server.port, works, span) : await openLoad(server.port, works, rate, span)
    return { rate: count / span, p99: percentile(latencies, 0.99) }
  }
}
