import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type ApplyOptions, type ApplyPowers, applyPlan, planApply } from '../../src/admin/apply.ts'
import { readApplyFile } from '../../src/admin/apply-file.ts'
import { ApplyRefused } from '../../src/admin/apply-refused.ts'
import { exportFile } from '../../src/admin/export.ts'
import { type ApplyPlan, summarise } from '../../src/admin/plan.ts'
import { formatProblem } from '../../src/admin/problem.ts'
import { createPasswords } from '../../src/identity/passwords.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { nodeRandom } from '../../src/keys/random.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'

export const secret = 'a-secret-of-32-characters-or-more'
export const issued = 1_800_000_000

/** What is wrong with a document by itself, as people read it. */
export function problemsOf(document: unknown): readonly string[] {
  return readApplyFile(document).problems.map(formatProblem)
}

/** What is wrong with one client, the least of which is right. */
export function problemsOfClient(members: object): readonly string[] {
  return problemsOf({ clients: [client(members)] })
}

/** The least that is a client, and more. */
export function client(members: object = {}): Record<string, unknown> {
  return { client_id: 'web', client_secret: secret, redirect_uris: ['https://app.example.com/cb'], ...members }
}

/** A store of its own, as an operator would fill it, with a clock that stands. */
export async function openDesk() {
  const directory = mkdtempSync(join(tmpdir(), 'grantwise-admin-'))
  let now = issued
  const clock = { now: () => now }
  const passwords = createPasswords()
  const store = await openSqliteStore({ file: join(directory, 'grantwise.db'), clock })
  onTestFinished(async () => {
    await passwords.close()
    await store.close()
    rmSync(directory, { recursive: true })
  })
  const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials']
  const powers = {
    store,
    passwords,
    clock,
    grantTypes,
    hash: nodeHash,
    random: nodeRandom(() => now * 1000),
  } satisfies ApplyPowers

  const plan = (document: unknown, options?: ApplyOptions): Promise<ApplyPlan> =>
    planApply([readApplyFile(document)], powers, options)
  return {
    store,
    powers,
    passwords,
    plan,
    /** Applies a document and says what changed. */
    async apply(document: unknown, options?: ApplyOptions): Promise<readonly string[]> {
      const planned = await plan(document, options)
      await applyPlan(planned, powers)
      return summarise(planned)
    },
    /** The problems for which a document is refused. */
    async refusal(document: unknown, options?: ApplyOptions): Promise<readonly string[]> {
      const error = await plan(document, options).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      if (!(error instanceof ApplyRefused)) throw new Error('it was not refused', { cause: error })
      return error.problems.map(formatProblem)
    },
    /** As JSON, the way it is written to a file. */
    async export(): Promise<unknown> {
      return JSON.parse(JSON.stringify(await exportFile(store, powers)))
    },
    wait(seconds: number): void {
      now += seconds
    },
  }
}
