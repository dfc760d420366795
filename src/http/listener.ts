import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { explainPlainHttp } from './plain-on-tls.ts'

/** Paths of a certificate chain and its key, PEM. */
export interface Tls {
  readonly cert: string
  readonly key: string
}

/** Milliseconds: a request that trickles in is cut off, and so is an idle connection. */
const limits = {
  requestTimeout: 30_000,
  headersTimeout: 15_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
} as const

/** The socket server under everything, with TLS where it is given a certificate; http to that is told where to go. */
export function createListener(answer: RequestListener, tls: Tls | undefined, issuer: string): Server {
  if (tls === undefined) return createServer(limits, answer)
  const server = createTlsServer({ ...limits, cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, answer)
  return explainPlainHttp(server, issuer)
}
