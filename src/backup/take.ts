import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { sync, writePrivately } from '../keys/durable-file.ts'
import { openServerSecret } from '../keys/secret.ts'
import { copyVerified } from './copy-verified.ts'
import { asideOf, claimAside, oldOf, removeSuperseded, removeUnfinished } from './left-behind.ts'
import { type DataPlace, databaseIn, secretIn } from './places.ts'
import { BackupRefused } from './refused.ts'

export interface TakeOptions {
  /** Whether the file `secret` goes with the database. */
  readonly withSecret: boolean
  /** Whether a backup that is there already gives way. */
  readonly force: boolean
  readonly signal?: AbortSignal | undefined
}

/** A backup that was taken, and what it holds. */
export interface Taken {
  readonly directory: string
  readonly issuer: string | null
  /** Of the database. */
  readonly bytes: number
  readonly signing_keys: number
  /** Whether the secret is in it. */
  readonly secret: boolean
  /** What backups to the same place had left when they were killed, and is gone now. */
  readonly removed: readonly string[]
}

/**
 * Copies a data directory, whether a server runs on it or not, into a new directory: whole, read again and on the
 * disk, or not there at all. @throws BackupRefused
 */
export async function takeBackup(place: DataPlace, to: string, options: TakeOptions): Promise<Taken> {
  const { data_dir } = place
  if (!existsSync(databaseIn(data_dir)))
    throw new BackupRefused(`${data_dir} holds no Grantwise data. Name the directory of the server with --data-dir.`)
  if (place.secret === undefined && !existsSync(secretIn(data_dir))) {
    throw new BackupRefused(
      `${data_dir} holds a database, but not the secret that opens its signing keys. Name the file that has it with ` +
        '--secret-file, or set GRANTWISE_SECRET.',
    )
  }
  verifyFree(to, options.force)
  const aside = makeAside(to)
  const release = claimAside(aside)
  try {
    const unfinished = removeUnfinished(to, aside)
    const file = databaseIn(aside)
    const secret = openServerSecret({ text: place.secret, dataDir: data_dir })
    const { issuer = null, keys } = await copyVerified(databaseIn(data_dir), file, secret, options.signal)
    const withSecret = options.withSecret && place.secret === undefined
    if (withSecret) writePrivately(secretIn(aside), readFileSync(secretIn(data_dir)))
    sync(file)
    release()
    sync(aside)
    options.signal?.throwIfAborted()
    putInPlace(aside, to, options.force)
    return {
      directory: to,
      issuer,
      bytes: statSync(databaseIn(to)).size,
      signing_keys: keys.length,
      secret: withSecret,
      removed: [...unfinished, ...removeSuperseded(to)],
    }
  } catch (error) {
    release()
    rmSync(aside, { recursive: true, force: true })
    throw error
  }
}

/** Nothing but a backup is ever replaced. */
function verifyFree(to: string, force: boolean): void {
  const there = entries(to)
  if (there.length === 0) return
  if (!force) throw taken(to)
  const others = there.filter(name => name !== 'grantwise.db' && name !== 'secret')
  if (others.length > 0 || !there.includes('grantwise.db')) {
    throw new BackupRefused(
      `${to} is no backup: it holds ${others[0] ?? there[0]}. Name a directory that is not there yet.`,
    )
  }
}

function taken(to: string): BackupRefused {
  return new BackupRefused(`${to} is there already. Name a directory that is not, or replace that backup with --force.`)
}

function entries(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new BackupRefused(`${directory}: expected a directory of its own for the backup; got ${codeOf(error)}`)
  }
}

/** Beside its place, since a directory is renamed within one file system only. */
function makeAside(to: string): string {
  try {
    return mkdtempSync(asideOf(to))
  } catch (error) {
    throw new BackupRefused(`${dirname(to)}: expected a directory that can be written to; got ${codeOf(error)}`)
  }
}

function putInPlace(aside: string, to: string, force: boolean): void {
  const old = oldOf(aside)
  const replaces = force && entries(to).length > 0
  try {
    if (replaces) renameSync(to, old)
    renameSync(aside, to)
  } catch (error) {
    if (replaces && existsSync(old)) renameSync(old, to)
    if (codeOf(error) === 'ENOTEMPTY') throw taken(to)
    throw new BackupRefused(
      `${to}: expected a place that a directory can be renamed to; got ${codeOf(error)}. Name a new directory inside it`,
    )
  }
  sync(dirname(to))
  if (replaces) rmSync(old, { recursive: true, force: true })
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
