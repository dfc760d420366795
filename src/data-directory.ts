import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  type Stats,
  statfsSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { StartRefused } from './config.ts'

/** What a server writes to, where it is there. */
const files = ['grantwise.db', 'grantwise.db-wal', 'grantwise.db-shm', 'control.lock'] as const

/** Bytes that a new database takes, and those that opening one takes. */
const roomToBegin = 4_000_000
const roomToOpen = 200_000

/**
 * Looks whether a data directory can be used, or made, without leaving a trace.
 * @throws StartRefused naming what is in the way, and the mend.
 */
export function refuseUnusable(data_dir: string): void {
  const there = statOf(data_dir)
  if (there === undefined) {
    const above = nearestAbove(data_dir)
    allow(above, constants.W_OK | constants.X_OK)
    refuseFullDisk(above, roomToBegin)
    return
  }
  if (!there.isDirectory()) throw notADirectory(data_dir)
  allow(data_dir, constants.R_OK | constants.W_OK | constants.X_OK)
  for (const file of files.map(name => join(data_dir, name))) {
    const found = statOf(file)
    if (found === undefined) continue
    if (!found.isFile()) throw new StartRefused(`${file} is not a file, and the server needs one there. Move it away.`)
    allow(file, constants.R_OK | constants.W_OK)
  }
  if (!hasDatabase(data_dir)) refuseFullDisk(data_dir, roomToBegin)
}

/** A server that cannot write is of little use, and the next start may find less. @throws StartRefused */
export function refuseNoRoom(data_dir: string): void {
  if (hasDatabase(data_dir)) refuseFullDisk(data_dir, roomToOpen)
}

function hasDatabase(data_dir: string): boolean {
  return (statOf(join(data_dir, 'grantwise.db'))?.size ?? 0) > 0
}

/** Makes the directory for its owner only; it survives a power cut as surely as what will be kept in it. */
export function makeDirectory(data_dir: string): void {
  for (const directory of missing(data_dir)) {
    make(directory)
    if (process.platform !== 'win32') sync(dirname(directory))
  }
}

/** What is to be made, from the top: asked for all of it, Node tries for ever where nothing can be made (`/proc`). */
function missing(path: string): readonly string[] {
  return statOf(path) === undefined ? [...missing(dirname(path)), path] : []
}

function make(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 })
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT')
      throw new StartRefused(`No directory can be made at ${directory}. Name another with --data-dir.`)
    if (code !== 'EEXIST') throw explain(directory, error)
  }
}

function sync(directory: string): void {
  const file = openSync(directory, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    // One of the directories above is a file.
    if (codeOf(error) === 'ENOTDIR') return undefined
    throw explain(path, error)
  }
}

/** Whether anybody but its owner may put files into it, as far as the system says so by its mode. */
export function isOpenToOthers(data_dir: string): boolean {
  const { mode } = statSync(data_dir)
  return process.platform !== 'win32' && (mode & 0o022) !== 0
}

/** The directory in which the missing ones would be made. */
function nearestAbove(path: string): string {
  const above = dirname(path)
  const there = statOf(above)
  if (there === undefined) return nearestAbove(above)
  if (there.isDirectory()) return above
  throw notADirectory(above)
}

function notADirectory(path: string): StartRefused {
  return new StartRefused(`${path} is a file, and a directory is needed there. Name another with --data-dir.`)
}

function allow(path: string, mode: number): void {
  try {
    accessSync(path, mode)
  } catch (error) {
    throw explain(path, error)
  }
}

function explain(path: string, error: unknown): StartRefused {
  const code = codeOf(error)
  if (code === 'EROFS') {
    return new StartRefused(
      `${path} is on a file system that is mounted read-only. Mount it for writing, or name another directory with --data-dir.`,
      { cause: error },
    )
  }
  const user = process.getuid === undefined ? '' : ` (user id ${process.getuid()})`
  return new StartRefused(
    `This process${user} may not read and write ${path} (${code}). Start Grantwise as the user that it belongs to, give ` +
      'it to the user that runs Grantwise (chown -R), or name another directory with --data-dir.',
    { cause: error },
  )
}

function refuseFullDisk(path: string, needed: number): void {
  const { bsize, blocks, bavail } = statfsSync(path)
  // Some file systems do not say how large they are.
  if (blocks === 0 || bavail * bsize >= needed) return
  throw new StartRefused(
    `The disk that holds ${path} is full: ${Math.floor((bavail * bsize) / 1000)} kB are left, and ${needed / 1000} kB are needed. ` +
      'Free some space, or name a directory on another disk with --data-dir.',
  )
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
