import { setTimeout as pause } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { checkpoint } from './checkpoint.ts'
import type { MaintenanceReply, MaintenanceRequest } from './maintenance-messages.ts'
import { type Swept, sweeps } from './sql/sweep.ts'
import { SqliteConnection } from './sqlite-connection.ts'

/** Rows that one transaction removes at most: a few milliseconds in which others cannot write. */
const batchRows = 500
/** Milliseconds in which the main thread gets its turn between two batches. */
const batchPause = 5

// What is swept twice does no harm, so its commits need no fsync of their own.
const connection = new SqliteConnection({
  file: (workerData as { file: string }).file,
  synchronous: 'NORMAL',
  busyTimeout: 5_000,
  cache: 2_000,
})
let stopping = false
let last: Promise<unknown> = Promise.resolve()

async function sweep(now: number): Promise<Swept> {
  const swept: Record<string, number> = {}
  for (const { name, batch } of sweeps) {
    let removed = batchRows
    while (removed === batchRows && !stopping) {
      removed = connection.transaction(() => connection.run(batch(now, batchRows)))
      swept[name] = (swept[name] ?? 0) + removed
      if (removed === batchRows) await pause(batchPause)
    }
  }
  return swept
}

async function answer(request: Exclude<MaintenanceRequest, { kind: 'stop' }>): Promise<MaintenanceReply> {
  try {
    const swept = request.kind === 'sweep' ? await sweep(request.now) : {}
    checkpoint(connection)
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
