import { StoreUnavailable } from './unavailable.ts'

/** SQLite's primary result codes that say something about the database, not about the statement. */
const unavailable: Readonly<Record<number, string>> = {
  5: 'the database is busy',
  6: 'the database is locked',
  7: 'out of memory',
  8: 'the database is read-only',
  10: 'reading or writing the database failed',
  11: 'the database is damaged',
  13: 'the disk is full',
  14: 'the database cannot be opened',
  26: 'the file is not a database',
}

/** The error as the rest of the program knows it: `StoreUnavailable` where the database is at fault. */
export function storeError(error: unknown): unknown {
  const sentence = unavailable[resultCode(error) & 0xff]
  return sentence === undefined ? error : new StoreUnavailable(sentence, { cause: error })
}

/** Whether another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  return (resultCode(error) & 0xff) === 5
}

function resultCode(error: unknown): number {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? code : 0
}
