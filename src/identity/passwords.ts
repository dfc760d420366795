import { Worker } from 'node:worker_threads'
import { dummyHash, isPasswordHash } from './argon2.ts'
import type { PasswordAnswer, PasswordJob } from './password-worker.ts'

/** Hashes passwords one at a time on a thread of its own, so that tokens never wait for them. */
export interface Passwords {
  /** A PHC string. A password longer than `maxPasswordBytes` is refused with a RangeError. */
  hash(password: string): Promise<string>
  /** Without a hash it takes the same work to answer false: who is unknown looks like who mistyped. */
  verify(hash: string | undefined, password: string): Promise<boolean>
  /** Whether it is one that many people choose, or next to one (NIST SP 800-63B §3.1.1.2). */
  isCommon(password: string): Promise<boolean>
  /** How many wait for their turn, the one that has it too. */
  waiting(): number
  /** Whether as many wait as may: the next one is refused. */
  isFull(): boolean
  close(): Promise<void>
}

/** The queue is full: to be answered 503, with a Retry-After of as many seconds as a full queue takes. */
export class TooManySignIns extends Error {
  override readonly name = 'TooManySignIns'
  readonly retry_after = 2
  constructor() {
    super('too many sign-ins are waiting; try again in a moment')
  }
}

/** Bytes of UTF-8 after normalising; far beyond the 64 characters that NIST SP 800-63B §3.1.1.2 wants allowed. */
export const maxPasswordBytes = 1024

const longestQueue = 64

interface Waiting {
  readonly resolve: (result: string | boolean) => void
  readonly reject: (error: Error) => void
}

/**
 * Passwords hashed in a worker that starts with the first of them and is replaced if it dies. After `idleFor`
 * milliseconds without any it goes, and the 30 MB it holds with it.
 */
export function createPasswords(start: () => Worker = startWorker, idleFor = 60_000): Passwords {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let lastId = 0
  let closed = false

  function running(): Worker {
    if (worker !== undefined) return worker
    const started = start()
    started.on('message', ({ id, result }: PasswordAnswer) => {
      waiting.get(id)?.resolve(result)
      waiting.delete(id)
      // An idle worker keeps nobody from leaving.
      if (waiting.size === 0) {
        started.unref()
        idle = setTimeout(() => void end(started), idleFor).unref()
      }
    })
    started.on('error', error => lose(started, error))
    started.on('exit', () => lose(started, new Error('the password worker ended')))
    worker = started
    return started
  }

  function lose(lost: Worker, error: unknown): void {
    if (worker !== lost) return
    worker = undefined
    for (const { reject } of waiting.values()) reject(new Error('the password worker failed', { cause: error }))
    waiting.clear()
  }

  async function end(last: Worker): Promise<void> {
    clearTimeout(idle)
    lose(last, new Error('passwords were closed'))
    await last.terminate()
  }

  function ask(job: Omit<PasswordJob, 'id'>): Promise<string | boolean> {
    if (closed) return Promise.reject(new Error('passwords are closed'))
    if (waiting.size >= longestQueue) return Promise.reject(new TooManySignIns())
    clearTimeout(idle)
    lastId += 1
    const id = lastId
    return new Promise((resolve, reject) => {
      const to = running()
      waiting.set(id, { resolve, reject })
      to.ref()
      to.postMessage({ id, ...job } satisfies PasswordJob)
    })
  }

  return {
    async hash(password) {
      const normal = normalise(password)
      if (isTooLong(normal)) throw new RangeError(`a password may have ${maxPasswordBytes} bytes at most`)
      return String(await ask({ want: 'hash', password: normal }))
    },

    async verify(hash, password) {
      const normal = normalise(password)
      const possible = hash !== undefined && isPasswordHash(hash) && !isTooLong(normal)
      const right = await ask({
        want: 'verify',
        password: isTooLong(normal) ? '' : normal,
        hash: possible ? hash : dummyHash,
      })
      return possible && right === true
    },

    async isCommon(password) {
      const normal = normalise(password)
      return !isTooLong(normal) && (await ask({ want: 'common', password: normal })) === true
    },

    waiting: () => waiting.size,

    isFull: () => waiting.size >= longestQueue,

    async close() {
      closed = true
      if (worker !== undefined) await end(worker)
    },
  }
}

/**
 * NIST SP 800-63B §3.1.1.2: the same password typed on another keyboard is the same password. NFKC leaves a quarter of
 * its bytes at least, so what has more is too long as it is: putting many marks in order takes the square of their number.
 */
export function normalise(password: string): string {
  return Buffer.byteLength(password) > 4 * maxPasswordBytes ? password : password.normalize('NFKC')
}

export function isTooLong(password: string): boolean {
  return Buffer.byteLength(password) > maxPasswordBytes
}

function startWorker(): Worker {
  // Beside this file, in the sources as they are and in what was built from them.
  const file = `./password-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`
  // An empty environment: no secret of the process is of use there.
  return new Worker(new URL(file, import.meta.url), { name: 'passwords', env: {} })
}
