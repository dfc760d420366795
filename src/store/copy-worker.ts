import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'

const { from, to } = workerData as { readonly from: string; readonly to: string }

/** Milliseconds to wait for whoever has the database to himself. */
const patience = 5_000

// One read transaction: writers go on beside it, and the copy is of one moment. Read-only, so that a database of
// another version stays as it is.
const database = new DatabaseSync(from, { readOnly: true, timeout: patience })
database.prepare('VACUUM INTO ?').run(to)
database.close()
