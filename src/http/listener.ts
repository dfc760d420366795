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

/**
 * The socket server under everything, with TLS where it is given a certificate; http to that is told where to go. A
 * request that trickles in is cut off, an idle connection is closed, and there are only so many of them.
 */
export function createListener(answer: RequestListener, tls: Tls | undefined, issuer: string, limits: Limits): Server {
  const connections = createConnections(limits.connections)
  const noted = connections.before(answer)
  if (tls === undefined) return connections.bound(createServer(limits, noted))
  const { createServer: createTlsServer } = process.getBuiltinModule('node:https')
  const server = createTlsServer({ ...limits, cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, noted)
  return connections.bound(explainPlainHttp(server, issuer))
}
