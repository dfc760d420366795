import { lstatSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Bytes that the address of a Unix socket may have everywhere (104 on macOS, 108 on Linux, with a zero at the end). */
const longest = 103

/** Another process answers where we would; `message` says so. */
export class ControlTaken extends Error {
  override readonly name = 'ControlTaken'
}

/** Where a server may listen, and what else must go when it ends. */
export interface Place {
  readonly path: string
  /** Says where, once it listens. */
  settle(): void
  leave(): void
}

const inside = (dataDir: string) => join(dataDir, 'control.sock')
const pointer = (dataDir: string) => join(dataDir, 'control.path')
const fits = (path: string) => Buffer.byteLength(path) <= longest

/**
 * A free place for the control socket: in the data directory or, where its path is too long for a socket, in a
 * private directory for temporary files that `control.path` names. What a crashed server left is cleared away.
 * Whoever calls this has locked the directory. @throws ControlTaken when something listens there all the same.
 */
export async function findPlace(dataDir: string): Promise<Place> {
  const path = inside(dataDir)
  if (fits(path)) {
    await clear(path, dataDir)
    return { path, settle: () => {}, leave: () => rmSync(path, { force: true }) }
  }
  const before = pointed(dataDir)
  if (before !== undefined) {
    await clear(before, dataDir)
    removeIfEmpty(dirname(before))
    rmSync(pointer(dataDir), { force: true })
  }
  const base = [tmpdir(), '/tmp'].find(it => fits(join(it, 'grantwise-XXXXXX/control.sock')))
  if (base === undefined) throw new Error(`${tmpdir()} is too long a path for a socket; set TMPDIR to a shorter one`)
  // Only its owner enters a directory that mkdtemp makes.
  const directory = mkdtempSync(join(base, 'grantwise-'))
  const elsewhere = join(directory, 'control.sock')
  return {
    path: elsewhere,
    settle: () => writeFileSync(pointer(dataDir), elsewhere, { mode: 0o600 }),
    leave() {
      if (pointed(dataDir) === elsewhere) rmSync(pointer(dataDir), { force: true })
      rmSync(elsewhere, { force: true })
      removeIfEmpty(directory)
    },
  }
}

/** Where the server of a data directory listens, if one does. */
export function controlPath(dataDir: string): string {
  const path = inside(dataDir)
  return fits(path) ? path : (pointed(dataDir) ?? path)
}

/** Only a place of the kind we make: a damaged file must not have us remove another's. */
function pointed(dataDir: string): string | undefined {
  try {
    const path = readFileSync(pointer(dataDir), 'utf8')
    return /\/grantwise-[^/]+\/control\.sock$/.test(path) ? path : undefined
  } catch {
    return undefined
  }
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory)
  } catch {
    // It is gone, or somebody keeps something there.
  }
}

async function clear(path: string, dataDir: string): Promise<void> {
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (!there) return
  if (!there.isSocket()) throw new Error(`${path} is not a socket, and the server needs one there. Move it away.`)
  if (await isAlive(path)) throw taken(dataDir)
  rmSync(path)
}

export function taken(dataDir: string): ControlTaken {
  return new ControlTaken(
    `Another server runs on ${dataDir} already. Stop it, or start this one with another --data-dir.`,
  )
}

/** Whether a process listens there; one of another user counts, since it cannot be asked. */
function isAlive(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    const answer = (alive: boolean) => {
      socket.destroy()
      resolve(alive)
    }
    socket.once('connect', () => answer(true))
    socket.once('error', error => answer(!['ECONNREFUSED', 'ENOENT'].includes(codeOf(error) ?? '')))
  })
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
