import type { Work } from '../load/full-load.ts'
import type { Server, ServerName } from '../servers/server.ts'

/** One kind of work, done alike on every server that can do it. */
export interface Case {
  readonly name: string
  /** What one unit is, request by request. */
  readonly what: string
  readonly servers: readonly ServerName[]
  /** What Grantwise must reach (DESIGN §6): its rate, divided by that server's in the same round. */
  readonly targets?: Partial<Readonly<Record<ServerName, number>>>
  /** Work for so many connections, all of it as new as the round. */
  prepare(server: Server, connections: number): Promise<readonly Work[]>
}
