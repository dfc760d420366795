import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { hashPassword, verifyPassword } from './argon2.ts'

/** What the worker is asked: a new hash, or whether a password has this one. */
export interface PasswordJob {
  readonly id: number
  readonly password: string
  readonly hash?: string
}

export interface PasswordAnswer {
  readonly id: number
  readonly result: string | boolean
}

// On Linux this is the priority of this thread alone: on one core, tokens go three times as often as sign-ins.
if (process.platform === 'linux') yieldToTokens()

parentPort?.on('message', ({ id, password, hash }: PasswordJob) => {
  const result = hash === undefined ? hashPassword(password) : verifyPassword(hash, password)
  parentPort?.postMessage({ id, result } satisfies PasswordAnswer)
})

function yieldToTokens(): void {
  try {
    setPriority(5)
  } catch {
    // A sandbox may forbid it; passwords are hashed all the same.
  }
}
