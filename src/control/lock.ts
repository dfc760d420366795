import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Where the lock of a directory is. */
export const lockFile = (directory: string): string => join(directory, 'control.lock')

/**
 * Keeps every other process from serving this data directory until the answer is called, or this process ends in
 * whatever way; undefined when another has it. An empty database, since its lock is one that a crash lets go of.
 */
export function lockDirectory(dataDir: string): (() => void) | undefined {
  const file = lockFile(dataDir)
  // Before SQLite makes it: whoever may read the file could hold a lock on it.
  closeSync(openSync(file, 'a', 0o600))
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    // Nothing is ever written, so that a crash leaves no journal either.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return () => {
      if (database.isOpen) database.close()
    }
  } catch (error) {
    database.close()
    // SQLITE_BUSY
    if ((error as { readonly errcode?: number }).errcode === 5) return undefined
    throw error
  }
}
