import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { lockDirectory } from '../control/lock.ts'
import { taken } from '../control/place.ts'
import { sync, writePrivately } from '../keys/durable-file.ts'
import { openServerSecret } from '../keys/secret.ts'
import { settleRestored } from '../store/restored.ts'
import { copyVerified } from './copy-verified.ts'
import { type DataPlace, databaseFiles, databaseIn, secretIn } from './places.ts'
import { BackupRefused } from './refused.ts'

export interface RestoreOptions {
  /** Whether every session and everything that was granted ends. */
  readonly end: boolean
  /** Seconds since 1970. */
  readonly now: number
  readonly signal?: AbortSignal | undefined
}

/** A backup that was put back. */
export interface Restored {
  readonly data_dir: string
  readonly issuer: string | null
  /** How many browser sessions, and how many authorizations, were ended. */
  readonly ended: { readonly sessions: number; readonly authorizations: number }
}

const asideName = '.restore-'

/**
 * Puts a backup into a data directory that holds no database: verified, brought up to date, and whole or not at all.
 * @throws BackupRefused
 */
export async function restoreBackup(from: string, place: DataPlace, options: RestoreOptions): Promise<Restored> {
  const { data_dir } = place
  if (!existsSync(databaseIn(from))) throw new BackupRefused(`${from} holds no backup: it has no file grantwise.db.`)
  verifyEmpty(data_dir)
  const secret = readSecret(from, place)
  mkdirSync(data_dir, { recursive: true, mode: 0o700 })
  const unlock = lockDirectory(data_dir)
  if (!unlock) throw new BackupRefused(taken(data_dir).message)
  // Who has the lock is alone: what one that was killed left here is nobody's.
  for (const entry of readdirSync(data_dir)) {
    if (entry.startsWith(asideName)) rmSync(join(data_dir, entry), { recursive: true, force: true })
  }
  // Inside, so that what it becomes is a rename away; for its owner only.
  const aside = mkdtempSync(join(data_dir, asideName))
  try {
    const file = databaseIn(aside)
    const known = openServerSecret({ text: secret.text, dataDir: data_dir })
    const { issuer = null } = await copyVerified(databaseIn(from), file, known, options.signal)
    const ended = settleRestored(file, options)
    sync(file)
    options.signal?.throwIfAborted()
    verifyEmpty(data_dir)
    // The database first: a start between the two is refused, where a secret alone would begin a new server.
    renameSync(file, databaseIn(data_dir))
    if (secret.isNew) writePrivately(secretIn(data_dir), secret.text)
    sync(data_dir)
    return { data_dir, issuer, ended }
  } finally {
    rmSync(aside, { recursive: true, force: true })
    unlock()
  }
}

/** A database that is there is never replaced, and a log that another left would be played into the new one. */
function verifyEmpty(data_dir: string): void {
  const [there] = databaseFiles(data_dir)
  if (there === undefined) return
  throw new BackupRefused(
    `${there} is there already, and is not replaced. Stop the server, move the files grantwise.db* and secret out of ` +
      `${data_dir}, and restore again; or name another --data-dir.`,
  )
}

interface BackedUpSecret {
  readonly text: string
  /** It comes out of the backup, and the data directory is to have it. */
  readonly isNew: boolean
}

function readSecret(from: string, { data_dir, secret }: DataPlace): BackedUpSecret {
  if (secret !== undefined) return { text: secret, isNew: false }
  const [backedUp, there] = [from, data_dir].map(secretIn).map(read)
  if (backedUp !== undefined && there !== undefined && backedUp.trim() !== there.trim()) {
    throw new BackupRefused(
      `${secretIn(data_dir)} differs from the secret of the backup. Move it away, and restore again.`,
    )
  }
  const text = there ?? backedUp
  if (text !== undefined) return { text, isNew: there === undefined }
  throw new BackupRefused(
    `${from} holds no secret, and its signing keys open with nothing else. Put the file "secret" of the server beside ` +
      'its grantwise.db, name it with --secret-file, or set GRANTWISE_SECRET.',
  )
}

function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
