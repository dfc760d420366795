import { version } from './config/version.ts'
import type { Config } from './config.ts'
import type { Context, Identity } from './http/context.ts'
import { createRowCounts } from './metrics/row-counts.ts'
import type { Data } from './open-data.ts'

/** Begins to count, where somebody may read it; what counts is loaded only then. */
export async function createMeasured(
  { metrics_token: token }: Pick<Config, 'metrics_token'>,
  { store, passwords, clock }: Data,
  stopwatch: () => number,
): Promise<Context['measured']> {
  if (token === undefined) return undefined
  const { createMetrics } = await import('./metrics/prometheus.ts')
  const metrics = createMetrics({
    version: version(),
    commitQueue: () => store.backlog,
    passwordQueue: passwords.waiting,
    rows: createRowCounts(() => store.countRows(), stopwatch),
    sweepBacklog: () => store.sweepBacklog(clock.now()),
    databaseBytes: () => store.size(),
  })
  store.observeCommits((writes, milliseconds, failed) => metrics.committed(writes, milliseconds / 1000, failed))
  return { metrics, token }
}

/** The same, with every sign-in counted. */
export function countSignIns(identity: Identity, measured: Context['measured']): Identity {
  if (measured === undefined) return identity
  return {
    ...identity,
    async signIn(form, check) {
      const result = await identity.signIn(form, check)
      measured.metrics.signIn(result.kind)
      return result
    },
  }
}
