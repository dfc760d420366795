import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { vi } from 'vitest'
import type { PasswordJob } from '../../src/identity/password-worker.ts'
import type { TestServer } from '../support/server.ts'

/**
 * Makes every count of this kind that has begun stand at this number, as if so many guesses had been made, and wrong:
 * each takes 30 ms. Counts of windows that are over stay over.
 */
export function setCounts({ data_dir }: TestServer, kind: 'account' | 'address', attempts: number): void {
  const database = new DatabaseSync(join(data_dir, 'grantwise.db'), { timeout: 5000 })
  database.prepare("UPDATE throttles SET attempts = ? WHERE bucket LIKE ? || ':%'").run(attempts, kind)
  database.close()
}

/** What the worker that hashes passwords was asked from now on. */
export function watchPasswords(): { readonly jobs: readonly PasswordJob[]; stop(): void } {
  const jobs: PasswordJob[] = []
  const original = Worker.prototype.postMessage
  const spy = vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...sent) {
    const [job] = sent as [Partial<PasswordJob>]
    if (job.want !== undefined) jobs.push(job as PasswordJob)
    return original.apply(this, sent)
  })
  return { jobs, stop: () => spy.mockRestore() }
}
