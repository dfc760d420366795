import { closeSync, existsSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** A data directory, and where its secret is. */
export interface DataPlace {
  readonly data_dir: string
  /** The secret, when it is kept elsewhere than in the data directory. */
  readonly secret: string | undefined
}

/** A backup has the names of a data directory, and so it is one. */
export const databaseIn = (directory: string): string => join(directory, 'grantwise.db')
export const secretIn = (directory: string): string => join(directory, 'secret')

/** The files of a database, those that are there: a log without its database still belongs to one. */
export function databaseFiles(directory: string): readonly string[] {
  return ['', '-wal', '-shm', '-journal'].map(end => databaseIn(directory) + end).filter(file => existsSync(file))
}

/** Writes a new file for its owner only. @throws EEXIST */
export function writePrivately(path: string, content: Uint8Array): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** What was written to a file, or which names a directory has, survives a power cut from here on. */
export function sync(path: string): void {
  // Windows opens no directory.
  if (process.platform === 'win32') return
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
