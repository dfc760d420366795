import { explainUnavailable, StoreUnavailable } from './unavailable.ts'

const restore =
  'Keep the file as it is, and put the last backup back (`grantwise restore`) with the secret of the same day.'
const allow =
  'The user that Grantwise runs as must own the database and its directory, on a file system mounted for writing.'
const wait = 'Another program works on it; try again when that is done.'

/** SQLite's primary result codes that say something about the database, not about the statement; and the mend. */
const unavailable: Readonly<Record<number, readonly [happened: string, mend: string]>> = {
  5: ['the database is busy', wait],
  6: ['the database is locked', wait],
  7: ['out of memory', 'Give this machine more memory, or other programs less.'],
  8: ['the database is read-only', allow],
  10: ['reading or writing the database failed', 'The disk is full, or broken: look into the log of the system.'],
  11: ['the database is damaged', restore],
  13: ['the disk is full', 'Free some space.'],
  14: ['the database cannot be opened', allow],
  26: ['the file is not a database', restore],
}

/** The error as the rest of the program knows it: `StoreUnavailable` where the database is at fault. */
export function storeError(error: unknown): unknown {
  const found = unavailable[resultCode(error) & 0xff]
  return found === undefined ? error : new StoreUnavailable(found[0], { cause: error, mend: found[1] })
}

/** The error of a file that cannot be opened, read or brought up to date. */
export function unusable(file: string, error: unknown): Error {
  const known = storeError(error)
  const sentence = known instanceof StoreUnavailable ? explainUnavailable(known) : String((error as Error).message)
  return new Error(`The database ${file} cannot be used: ${sentence}`, { cause: error })
}

/** Whether another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  return (resultCode(error) & 0xff) === 5
}

function resultCode(error: unknown): number {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? code : 0
}
