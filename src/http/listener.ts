import { readFileSync } from 'node:fs'
import type { RequestListener, Server } from 'node:http'
import { createConnections } from './connections.ts'
import type { Limits } from './limits.ts'
import { explainPlainHttp } from './plain-on-tls.ts'

// An import statement reads every export of node:http, which loads a WebSocket client of 11 MB that nobody here uses.
const { createServer } = process.getBuiltinModule('node:http')

/** Paths of a certificate chain and its key, PEM. */
export interface Tls {
  readonly cert: string
  readonly key: string
}

export interface ListenerOptions {
  readonly tls: Tls | undefined
  /** Milliseconds of a clock that never steps. */
  readonly stopwatch: () => number
}

/**
 * The socket server under everything, with TLS where it is given a certificate; http to that is told where to go. A
 * request that trickles in is cut off, and an answer that trickles out; an idle connection is closed, and there are only
 * so many of them.
 */
export function createListener(
  answer: RequestListener,
  { tls, stopwatch }: ListenerOptions,
  issuer: string,
  limits: Limits,
): Server {
  const connections = createConnections(limits, stopwatch)
  const noted = connections.before(answer)
  if (tls === undefined) return connections.bound(createServer(limits, noted))
  const { createServer: createTlsServer } = process.getBuiltinModule('node:https')
  const server = createTlsServer({ ...limits, cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, noted)
  return connections.bound(explainPlainHttp(server, issuer))
}
