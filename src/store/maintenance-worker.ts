import { setTimeout as pause } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { checkpoint } from './checkpoint.ts'
import type { MaintenanceOptions } from './maintenance.ts'
import type { MaintenanceReply, MaintenanceRequest } from './maintenance-messages.ts'
import { type Counts, sweepsOf } from './sql/sweep.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { isBusy } from './sqlite-errors.ts'

/** Rows that one transaction removes at most: a few milliseconds in which others cannot write. */
const batchRows = 200
/** Milliseconds to try for the write lock. */
const patience = 5_000
/** Milliseconds of sweeping after which the log is looked after too. */
const checkpointEvery = 1_000

const { file, auditRetention } = workerData as Pick<MaintenanceOptions, 'file' | 'auditRetention'>

// What is swept twice does no harm, so its commits need no fsync of their own.
const connection = new SqliteConnection({
  file,
  synchronous: 'NORMAL',
  busyTimeout: patience,
  cache: 2_000,
})
let stopping = false
let checkpointed = performance.now()
let last: Promise<unknown> = Promise.resolve()

async function sweep(now: number): Promise<Counts> {
  const swept: Record<string, number> = {}
  for (const { name, batch } of sweepsOf(auditRetention)) {
    let more = true
    while (more && !stopping) {
      const began = performance.now()
      const done = await whenFree(() => connection.run(batch(now, batchRows)))
      more = done.more
      swept[name] = (swept[name] ?? 0) + done.removed
      if (performance.now() - checkpointed > checkpointEvery) copyLog()
      // As long again as this took belongs to the main thread.
      if (more) await pause(performance.now() - began)
    }
  }
  return swept
}

function countRows(): Counts {
  const tables = connection.all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
  const counted = tables.map(({ name }) => {
    const rows = stopping ? [] : connection.all(`SELECT count(*) AS found FROM ${name}`)
    return [name, Number(rows[0]?.['found'] ?? 0)] as const
  })
  return Object.fromEntries(counted)
}

/** Runs a transaction once nobody else writes. SQLite's own waiting sleeps too long to find a gap in steady writes. */
async function whenFree<T>(work: () => T): Promise<T> {
  connection.waitWhenBusy(0)
  const deadline = performance.now() + patience
  for (;;) {
    try {
      return connection.transaction(work)
    } catch (error) {
      if (!isBusy(error) || stopping || performance.now() > deadline) throw error
    }
    await pause(1)
  }
}

function copyLog(): void {
  checkpoint(connection)
  checkpointed = performance.now()
}

async function answer(request: Exclude<MaintenanceRequest, { kind: 'stop' }>): Promise<MaintenanceReply> {
  try {
    if (request.kind === 'count') return { id: request.id, rows: countRows() }
    const rows = request.kind === 'sweep' ? await sweep(request.now) : {}
    copyLog()
    return { id: request.id, rows }
  } catch (error) {
    return { id: request.id, rows: {}, error }
  }
}

parentPort?.on('message', (request: MaintenanceRequest) => {
  if (request.kind === 'stop') {
    stopping = true
    last.finally(() => {
      connection.close()
      parentPort?.close()
    })
    return
  }
  last = last.then(async () => parentPort?.postMessage(await answer(request)))
})
