import type { ReasonId } from '../core/reasons.ts'

/** An answer, as far as it is counted: every word is one of a few. */
export interface Answered {
  /** The route's path below the issuer; never what was asked for. */
  readonly endpoint: string
  /** At the token endpoint, one that this server knows or `other`; else ''. */
  readonly grant_type: string
  readonly status: number
  readonly seconds: number
}

/** What came of a login and a password. */
export type SignInResult = 'signed-in' | 'refused' | 'throttled'

/** What is counted of a running server, for whoever has its metrics token. */
export interface Metrics {
  answered(answer: Answered): void
  refused(reason: ReasonId): void
  /** Requests that were turned away before they were read. */
  overloaded(requests: number): void
  signIn(result: SignInResult): void
  /** Writes that shared one durable commit, and what it took; `failed` when none of them was kept. */
  committed(writes: number, seconds: number, failed: boolean): void
  /** All of it, in the text format of Prometheus. */
  text(): Promise<{ readonly type: string; readonly body: string }>
}

/** How many, by the table they are in. */
export type ByTable = Readonly<Record<string, number>>

/** What is looked up when somebody asks, at once. */
export interface MetricsSources {
  readonly version: string
  /** Writes that wait for a commit. */
  commitQueue(): number
  /** Passwords that wait to be hashed. */
  passwordQueue(): number
  /** As last counted. */
  rows(): ByTable
  /** Rows whose time is over and that are still there, each table's counted to a bound. */
  sweepBacklog(): Promise<ByTable>
  databaseBytes(): { readonly database: number; readonly log: number }
}
