import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { hashPassword, verifyPassword } from './argon2.ts'

/** What the worker is asked: a new hash, whether a password has this one, or whether it is one of the common ones. */
export interface PasswordJob {
  readonly id: number
  readonly want: 'hash' | 'verify' | 'common'
  readonly password: string
  readonly hash?: string
}

export interface PasswordAnswer {
  readonly id: number
  readonly result: string | boolean
}

// On Linux this is the priority of this thread alone: on one core, tokens go nine times as often as sign-ins.
if (process.platform === 'linux') yieldToTokens()

parentPort?.on('message', async (job: PasswordJob) => {
  parentPort?.postMessage({ id: job.id, result: await answer(job) } satisfies PasswordAnswer)
})

async function answer({ want, password, hash = '' }: PasswordJob): Promise<string | boolean> {
  switch (want) {
    case 'hash':
      return hashPassword(password)
    case 'verify':
      return verifyPassword(hash, password)
    case 'common': {
      // Loaded here and when first wanted: it is large, and tokens never wait for this thread.
      const { isCommonPassword } = await import('./common-passwords.ts')
      return isCommonPassword(password)
    }
  }
}

function yieldToTokens(): void {
  try {
    setPriority(10)
  } catch {
    // A sandbox may forbid it; passwords are hashed all the same.
  }
}
