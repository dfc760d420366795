import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { reasons } from '../core/reasons.ts'
import { bounds, createDurations } from './durations.ts'
import type { Answered, ByTable, Metrics, MetricsSources, SignInResult } from './metrics.ts'

const writes = [1, 2, 5, 10, 20, 50, 100, 200, 500]

/** Answers of one kind, counted here: a counter of `prom-client` would take half a microsecond of each. */
type Answers = Omit<Answered, 'seconds'> & { count: number; readonly observe: (seconds: number) => void }

/** Counts by `prom-client`, which is loaded with this file, and only then. */
export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const answers = new Map<string, Answers>()
  new Counter({
    name: 'grantwise_http_requests_total',
    help: 'Requests answered.',
    labelNames: ['endpoint', 'grant_type', 'status'],
    registers,
    collect() {
      this.reset()
      for (const { endpoint, grant_type, status, count } of answers.values())
        this.inc({ endpoint, grant_type, status }, count)
    },
  })
  const durations = createDurations(
    'grantwise_http_request_duration_seconds',
    'Time from a request to the end of its answer.',
  )
  new Counter({
    name: 'grantwise_tokens_issued_total',
    help: 'Requests to the token endpoint that were given tokens.',
    labelNames: ['grant_type'],
    registers,
    collect() {
      this.reset()
      for (const { grant_type, status, count } of answers.values())
        if (grant_type !== '' && status === 200) this.inc({ grant_type }, count)
    },
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
    buckets: [...bounds],
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
  // A rate must have seen nothing before it sees something.
  for (const reason of Object.keys(reasons)) refusals.inc({ reason }, 0)
  for (const result of ['signed-in', 'refused', 'throttled'] satisfies SignInResult[]) signIns.inc({ result }, 0)
  lookUp(sources, registers)
  collectDefaultMetrics({ register: registry })

  function answersLike({ endpoint, grant_type, status }: Answered): Answers {
    const key = `${status} ${grant_type} ${endpoint}`
    const known = answers.get(key)
    if (known) return known
    const first = { endpoint, grant_type, status, count: 0, observe: durations.labelled({ endpoint, grant_type }) }
    answers.set(key, first)
    return first
  }

  return {
    answered(answer) {
      const alike = answersLike(answer)
      alike.count++
      alike.observe(answer.seconds)
    },
    refused: reason => refusals.inc({ reason }),
    overloaded: count => overloaded.inc(count),
    signIn: result => signIns.inc({ result }),
    committed(size, took, failed) {
      if (failed) return commitFailures.inc()
      commitSizes.observe(size)
      commitDurations.observe(took)
    },
    text: async () => ({ type: registry.contentType, body: `${durations.text()}\n${await registry.metrics()}` }),
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
