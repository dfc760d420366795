import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { storeError } from './sqlite-errors.ts'
import { StoreUnavailable } from './unavailable.ts'

/** Beside this file, as source or as built. */
const program = import.meta.url.endsWith('.ts')
  ? new URL('./copy-worker.ts', import.meta.url)
  : new URL('./copy-worker.js', import.meta.url)

/**
 * Copies a database, in use or not, into a new file for its owner only: everything that was committed before this was
 * called, as of one moment, in one file that needs no log beside it. Neither its readers nor its writers wait.
 * @throws StoreUnavailable; what was written so far stays.
 */
export async function copyDatabase(from: string, to: string, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  // SQLite takes an empty file for a new one, and keeps its permissions.
  closeSync(openSync(to, 'wx', 0o600))
  const worker = new Worker(program, { name: 'copy', workerData: { from, to } })
  await new Promise<void>((resolve, reject) => {
    // SQLite cannot be told to stop: whoever is interrupted leaves it behind.
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
    worker.once('error', error => reject(storeError(error)))
    worker.once('exit', () => resolve())
  })
}

/** Reads a copy that nobody else uses in full. @throws StoreUnavailable when it is damaged */
export function checkCopy(file: string): void {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const found = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']
    if (found !== 'ok') throw new StoreUnavailable(`the database is damaged: ${found}`)
  } catch (error) {
    throw storeError(error)
  } finally {
    database.close()
  }
}
