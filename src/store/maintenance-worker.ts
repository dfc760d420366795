import { setTimeout as pause } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { checkpoint } from './checkpoint.ts'
import type { MaintenanceReply, MaintenanceRequest } from './maintenance-messages.ts'
import { type Swept, sweeps } from './sql/sweep.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { isBusy } from './sqlite-errors.ts'

/** Rows that one transaction removes at most: a few milliseconds in which others cannot write. */
const batchRows = 200
/** Milliseconds to try for the write lock. */
const patience = 5_000
/** Milliseconds of sweeping after which the log is looked after too. */
const checkpointEvery = 1_000

// What is swept twice does no harm, so its commits need no fsync of their own.
const connection = new SqliteConnection({
  file: (workerData as { file: string }).file,
  synchronous: 'NORMAL',
  busyTimeout: patience,
  cache: 2_000,
})
let stopping = false
let checkpointed = performance.now()
let last: Promise<unknown> = Promise.resolve()

async function sweep(now: number): Promise<Swept> {
  const swept: Record<string, number> = {}
  for (const { name, batch } of sweeps) {
    let removed = batchRows
    while (removed === batchRows && !stopping) {
      const began = performance.now()
      removed = await whenFree(() => connection.run(batch(now, batchRows)))
      swept[name] = (swept[name] ?? 0) + removed
      if (performance.now() - checkpointed > checkpointEvery) copyLog()
      // As long again as this took belongs to the main thread.
      if (removed === batchRows) await pause(performance.now() - began)
    }
  }
  return swept
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
    const swept = request.kind === 'sweep' ? await sweep(request.now) : {}
    copyLog()
    return { id: request.id, swept }
  } catch (error) {
    return { id: request.id, swept: {}, error }
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
