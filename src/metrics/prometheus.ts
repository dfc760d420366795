import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Answered, ByTable, Metrics, MetricsSources, SignInResult } from './metrics.ts'

const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const writes = [1, 2, 5, 10, 20, 50, 100, 200, 500]

/** Counts by `prom-client`, which is loaded with this file, and only then. */
export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'grantwise_http_requests_total',
    help: 'Requests answered.',
    labelNames: ['endpoint', 'grant_type', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'grantwise_http_request_duration_seconds',
    help: 'Time from a request to the end of its answer.',
    labelNames: ['endpoint', 'grant_type'],
    buckets: seconds,
    registers,
  })
  const issued = new Counter({
    name: 'grantwise_tokens_issued_total',
    help: 'Requests to the token endpoint that were given tokens.',
    labelNames: ['grant_type'],
    registers,
  })
  const refusals = new Counter({
    name: 'grantwise_refusals_total',
    help: 'Refusals, by the reason that their page explains.',
    labelNames: ['reason'],
    registers,
  })
  const overloaded = new Counter({
    name: 'grantwise_overload_refusals_total',
    help: 'Requests answered 503 unread, since more came than one process can carry; told every ten seconds.',
    registers,
  })
  const signIns = new Counter({
    name: 'grantwise_signins_total',
    help: 'Logins and passwords offered: signed-in, refused or throttled.',
    labelNames: ['result'],
    registers,
  })
  const commitDurations = new Histogram({
    name: 'grantwise_commit_duration_seconds',
    help: 'Time that one durable commit took, with the writes that shared it.',
    buckets: seconds,
    registers,
  })
  const commitSizes = new Histogram({
    name: 'grantwise_commit_size',
    help: 'Writes that shared one commit.',
    buckets: writes,
    registers,
  })
  const commitFailures = new Counter({
    name: 'grantwise_commit_failures_total',
    help: 'Commits that failed; each of their writes was answered 503.',
    registers,
  })
  // A rate needs to have seen nothing before it sees something.
  for (const result of ['signed-in', 'refused', 'throttled'] satisfies SignInResult[]) signIns.inc({ result }, 0)
  lookUp(sources, registers)
  collectDefaultMetrics({ register: registry })

  const bound = new Map<string, { inc(): void; observe(seconds: number): void }>()
  /** The series of an answer, found by one look-up from the second of its kind on. */
  function seriesOf({ endpoint, grant_type, status }: Answered) {
    const key = `${status} ${grant_type} ${endpoint}`
    const known = bound.get(key)
    if (known) return known
    const count = requests.labels(endpoint, grant_type, String(status))
    const duration = durations.labels(endpoint, grant_type)
    const series = { inc: () => count.inc(), observe: (value: number) => duration.observe(value) }
    bound.set(key, series)
    return series
  }

  return {
    answered(answer) {
      const series = seriesOf(answer)
      series.inc()
      series.observe(answer.seconds)
      if (answer.grant_type !== '' && answer.status === 200) issued.inc({ grant_type: answer.grant_type })
    },
    refused: reason => refusals.inc({ reason }),
    overloaded: count => overloaded.inc(count),
    signIn: result => signIns.inc({ result }),
    committed(size, took, failed) {
      if (failed) return commitFailures.inc()
      commitSizes.observe(size)
      commitDurations.observe(took)
    },
    text: async () => ({ type: registry.contentType, body: await registry.metrics() }),
  }
}

/** What is true when somebody asks. */
function lookUp(sources: MetricsSources, registers: Registry[]): void {
  new Gauge({
    name: 'grantwise_build_info',
    help: 'Always 1; the versions that run.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: sources.version, node: process.versions.node }, 1)
  gauge('grantwise_commit_queue_depth', 'Writes that wait for a commit.', sources.commitQueue)
  gauge(
    'grantwise_password_queue_depth',
    'Passwords that wait to be hashed; at 64 the next sign-in is answered 503.',
    sources.passwordQueue,
  )
  gaugeBy(
    'table',
    'grantwise_rows',
    'Rows of each table, counted aside every five minutes at most; absent until first counted.',
    sources.rows,
  )
  gaugeBy(
    'table',
    'grantwise_sweep_backlog',
    'Rows whose time is over and that are not removed yet; 10000 stands for that many or more.',
    sources.sweepBacklog,
  )
  gaugeBy('file', 'grantwise_database_bytes', 'Size of the database and of its log.', sources.databaseBytes)

  function gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  }

  function gaugeBy(
    label: 'table' | 'file',
    name: string,
    help: string,
    values: () => ByTable | Promise<ByTable>,
  ): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      async collect() {
        for (const [of, value] of Object.entries(await values())) this.set({ [label]: of }, value)
      },
    })
  }
}
