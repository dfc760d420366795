import { closeSync, openSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { storeError } from './sqlite-errors.ts'
import { StoreUnavailable } from './unavailable.ts'

/** Beside this file, as source or as built. */
const program = import.meta.url.endsWith('.ts')
  ? new URL('./copy-worker.ts', import.meta.url)
  : new URL('./copy-worker.js', import.meta.url)

/** What a copy holds, found by reading all of it. */
export interface CopyContents {
  readonly bytes: number
  /** Of the schema; 0 before any. */
  readonly schema: number
  /** Undefined before a first start. */
  readonly issuer: string | undefined
  readonly keys: readonly { readonly kid: string; readonly sealed: string }[]
}

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

/** Reads a copy that nobody else uses, page by page. @throws StoreUnavailable */
export function readCopy(file: string): CopyContents {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const rows = (sql: string) => database.prepare(sql).all() as Record<string, string | number | null>[]
    const [checked] = rows('PRAGMA quick_check(1)')
    if (checked?.['quick_check'] !== 'ok')
      throw new StoreUnavailable(`the database is damaged: ${checked?.['quick_check']}`)
    const tables = new Set(rows("SELECT name FROM sqlite_schema WHERE type = 'table'").map(({ name }) => name))
    const from = (table: string, sql: string) => (tables.has(table) ? rows(sql) : [])
    return {
      bytes: statSync(file).size,
      schema: Number(from('migrations', 'SELECT max(version) AS version FROM migrations')[0]?.['version'] ?? 0),
      issuer: from('meta', "SELECT value FROM meta WHERE name = 'issuer'")[0]?.['value']?.toString(),
      keys: from('signing_keys', 'SELECT kid, sealed FROM signing_keys').map(({ kid, sealed }) => ({
        kid: String(kid),
        sealed: String(sealed),
      })),
    }
  } catch (error) {
    throw storeError(error)
  } finally {
    database.close()
  }
}
