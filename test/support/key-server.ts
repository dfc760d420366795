import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeCertificate } from './certificate.ts'
import type { TestServerOptions } from './server.ts'

/** Answers a request in place of a document. */
export type Answering = (incoming: IncomingMessage, reply: ServerResponse) => void

/** Somebody's https server, which publishes keys. */
export interface KeyServer {
  /** By a name that the public knows. */
  readonly url: string
  readonly port: number
  /** What is at each path: JSON, or how to answer. */
  readonly documents: Map<string, object | Answering>
  /** Every path that was asked for, in order. */
  readonly asked: string[]
  /** Connections that were made, whatever was asked over them. */
  connections(): number
  /** What lets a server of ours find it and believe it. */
  readonly reached: Required<Pick<TestServerOptions, 'config' | 'outgoing'>>
  close(): Promise<void>
}

export const keyHost = 'keys.example.com'

export async function startKeyServer(): Promise<KeyServer> {
  const directory = mkdtempSync(join(tmpdir(), 'grantwise-keys-'))
  const { pem, tls_key } = writeCertificate(directory, [-1, 1], [keyHost])
  const documents = new Map<string, object | Answering>()
  const asked: string[] = []
  let connections = 0
  const server = createServer({ cert: pem, key: readFileSync(tls_key) }, (incoming, reply) => {
    const path = incoming.url ?? ''
    asked.push(path)
    const document = documents.get(path)
    if (typeof document === 'function') document(incoming, reply)
    else if (document === undefined) reply.writeHead(404).end()
    else reply.setHeader('content-type', 'application/json').end(JSON.stringify(document))
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `https://${keyHost}:${port}`,
    port,
    documents,
    asked,
    connections: () => connections,
    reached: {
      config: { outgoing_allow: ['127.0.0.1'] },
      outgoing: { ca: pem, resolve: async host => (host === keyHost ? ['127.0.0.1'] : []) },
    },
    close() {
      rmSync(directory, { recursive: true, force: true })
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
