import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { lockDirectory, lockFile } from '../control/lock.ts'
import { databaseFiles, secretIn } from './places.ts'

/** What a backup is made in, beside its place; `mkdtemp` adds six letters and digits. */
export const asideOf = (to: string): string => `${to}.partial-`
/** Where the backup that it takes the place of goes until it has. */
export const oldOf = (aside: string): string => `${aside}.old`

/** Milliseconds until one without a lock is nobody's: before and after it is written there is none, nor by an older version. */
const abandonedAfter = 24 * 60 * 60 * 1000

/** Keeps others from taking for abandoned what a backup is made in, until the answer is called. */
export function claimAside(aside: string): () => void {
  const release = lock(aside)
  return () => {
    release?.()
    rmSync(lockFile(aside), { force: true })
  }
}

/** Removes what backups to the same place, but for this `own`, left unfinished when they were killed, and says which. */
export function removeUnfinished(to: string, own: string): readonly string[] {
  // Our own is not even looked at: a process that closes a file it has locked loses its lock (POSIX fcntl).
  const others = asidesOf(to).filter(aside => aside !== own)
  // Beside an old one it is whole: killed while it took that one's place.
  return others.filter(aside => !existsSync(oldOf(aside)) && isAbandoned(aside) && isRemoved(aside))
}

/** Removes what was left whole, now that another backup is in its place; says which. */
export function removeSuperseded(to: string): readonly string[] {
  const abandoned = asidesOf(to).filter(aside => existsSync(oldOf(aside)) && isAbandoned(aside))
  return abandoned.flatMap(aside => [oldOf(aside), aside]).filter(isRemoved)
}

/** In which backups to this place are or were made, whether they are still there or only what they replaced. */
function asidesOf(to: string): readonly string[] {
  const prefix = basename(asideOf(to))
  const ends = entries(dirname(to)).flatMap(entry =>
    entry.startsWith(prefix) ? (/^([A-Za-z0-9]{6})(?:\.old)?$/.exec(entry.slice(prefix.length))?.[1] ?? []) : [],
  )
  return [...new Set(ends)].map(end => asideOf(to) + end)
}

function isAbandoned(aside: string): boolean {
  const found = lstatSync(aside, { throwIfNoEntry: false })
  if (found === undefined) return true
  if (!isOurs(aside)) return false
  if (!existsSync(lockFile(aside))) return found.mtimeMs + abandonedAfter < Date.now()
  const release = lock(aside)
  release?.()
  return release !== undefined
}

/** What cannot be removed keeps nobody from a backup. */
function isRemoved(directory: string): boolean {
  if (!isOurs(directory)) return false
  try {
    rmSync(directory, { recursive: true })
    return true
  } catch {
    return false
  }
}

/** A directory of this user's with nothing in it but what a backup holds: in a place that others write to, names prove nothing. */
function isOurs(directory: string): boolean {
  const found = lstatSync(directory, { throwIfNoEntry: false })
  if (!found?.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) return false
  const known = [...databaseFiles(directory), secretIn(directory), lockFile(directory)].map(file => basename(file))
  return entries(directory).every(entry => known.includes(entry))
}

function entries(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

/** Not every file system has locks. */
function lock(aside: string): (() => void) | undefined {
  try {
    return lockDirectory(aside)
  } catch {
    return undefined
  }
}
