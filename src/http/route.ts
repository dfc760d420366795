import type { FastifyReply } from 'fastify'
import type { Context } from './context.ts'
import type { CorsRule } from './cors.ts'
import type { Exchange } from './exchange.ts'

export type Answer = (exchange: Exchange, context: Context) => Promise<FastifyReply>

/** One path and what answers it; every other method of it is 405. */
export interface Route {
  /** Below the issuer's path. */
  readonly path: string
  /** Also, or instead, somewhere that does not follow the issuer's path (RFC 8414 §3.1, health checks). */
  readonly at?: (issuerPath: string) => readonly string[]
  /** How its errors look: a page, RFC 6749 §5.2 JSON, or a challenge (RFC 6750 §3). */
  readonly errors: 'page' | 'oauth' | 'bearer'
  readonly cors?: CorsRule
  /** Answers under any name: what a page needs to show itself, wherever it is shown. */
  readonly anywhere?: true
  /** Takes JSON, and is given its text; no other route is. */
  readonly json?: true
  /** Answered however busy the server is. */
  readonly always?: true
  /** Its POST checks or makes a password: refused at once while no more of them may wait. */
  readonly hashes?: true
  readonly GET?: Answer
  readonly POST?: Answer
}
