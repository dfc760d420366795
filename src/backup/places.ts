import { existsSync } from 'node:fs'
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
