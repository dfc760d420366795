import { hkdfSync, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sync, writePrivately } from './durable-file.ts'

/** What everything that Grantwise seals or authenticates to itself hangs on. */
export interface ServerSecret {
  /** 32 bytes for one purpose only (HKDF-SHA-256, RFC 5869): no two uses share a key. */
  deriveKey(purpose: string): Buffer
  /** The file can be read by others than its owner: to be warned of at start. */
  readonly exposed: boolean
}

const shortest = 32

/**
 * The server secret: the text of `GRANTWISE_SECRET` when given, else the file `DATA_DIR/secret`, made at first start.
 * Both are read alike, so that the file's text may move into the environment and everything sealed still opens.
 */
export function openServerSecret({ text, dataDir }: { text?: string | undefined; dataDir: string }): ServerSecret {
  if (text !== undefined) return fromText(text, 'GRANTWISE_SECRET', false)
  const path = join(dataDir, 'secret')
  const found = read(path)
  if (found !== undefined) return found
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  create(path)
  return read(path) ?? fail(`${path} vanished right after it was made; another program removes it.`)
}

function fromText(text: string, origin: string, exposed: boolean): ServerSecret {
  const trimmed = text.trim()
  if (trimmed.length < shortest) {
    fail(
      `${origin} holds ${trimmed.length} characters and needs at least ${shortest} random ones, e.g. from "openssl rand -base64 32". ` +
        'If it was longer before, restore it: what was sealed with it opens with nothing else.',
    )
  }
  return { deriveKey: purpose => Buffer.from(hkdfSync('sha256', trimmed, '', `grantwise ${purpose}`, 32)), exposed }
}

function read(path: string): ServerSecret | undefined {
  try {
    return fromText(readFileSync(path, 'utf8'), path, (statSync(path).mode & 0o077) !== 0)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    if (error instanceof Error && 'code' in error) {
      fail(`${path} cannot be read (${error.code}). It must be a file that the user who runs Grantwise may read.`)
    }
    throw error
  }
}

/** Written aside and then linked into place: whole or absent, and of two processes starting at once only one makes it. */
function create(path: string): void {
  const aside = `${path}.${randomBytes(8).toString('hex')}`
  try {
    writePrivately(aside, `${randomBytes(32).toString('base64url')}\n`)
    linkSync(aside, path)
    sync(dirname(path))
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

function fail(sentence: string): never {
  throw new Error(sentence)
}
