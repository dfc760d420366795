import type { Work } from '../load/full-load.ts'
import type { Server, ServerName } from '../servers/server.ts'

/** One kind of work, done alike on every server that can do it. */
export interface Case {
  readonly name: string
  /** What one unit is, request by request. */
  readonly what: string
  readonly servers: readonly ServerName[]
  /** Where a unit takes long: fewer connections than asked for, and rounds of at least so many seconds. */
  readonly slow?: { readonly connections: number; readonly seconds: number }
  /** Work for so many connections, all of it as new as the round. */
  prepare(server: Server, connections: number): Promise<readonly Work[]>
}
