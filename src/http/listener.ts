import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createConnections } from './connections.ts'
import type { Limits } from './limits.ts'
import { explainPlainHttp } from './plain-on-tls.ts'

/** Paths of a certificate chain and its key, PEM. */
export interface Tls {
  readonly cert: string
  readonly key: string
}

/**
 * The socket server under everything, with TLS where it is given a certificate; http to that is told where to go. A
 * request that trickles in is cut off, an idle connection is closed, and there are only so many of them.
 */
export function createListener(answer: RequestListener, tls: Tls | undefined, issuer: string, limits: Limits): Server {
  const connections = createConnections(limits.connections)
  const noted = connections.before(answer)
  if (tls === undefined) return connections.bound(createServer(limits, noted))
  const server = createTlsServer({ ...limits, cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, noted)
  return connections.bound(explainPlainHttp(server, issuer))
}
