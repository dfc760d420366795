import { type AddressInfo, createServer } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { type Config, StartRefused } from './config.ts'

/** Connections that may wait to be accepted while this process is busy; beyond, clients try again after seconds. */
const backlog = 4096

/** Listens, and answers where. @throws StartRefused when the port or the host cannot be had. */
export async function listen(http: FastifyInstance, config: Config, port: number): Promise<string> {
  // Who starts it says that it serves; Fastify's own line would be the only one in another form.
  http.log.level = 'silent'
  const url = await http
    .listen({ port, host: config.host, backlog })
    .catch(error => refuseListening(error, config.host, port))
  http.log.level = config.log_level
  // Fastify does not know that the server it was handed speaks TLS.
  return config.tls_cert === undefined ? url : url.replace(/^http:/, 'https:')
}

/**
 * The port that will be listened on, known before anything is made: the issuer holds it. 0 becomes one that is free.
 * @throws StartRefused when it cannot be had.
 */
export async function portOf({ host, port }: Pick<Config, 'host' | 'port'>): Promise<number> {
  // Whoever connects meanwhile must not keep it from closing.
  const probe = createServer(socket => socket.destroy())
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(port, host, resolve)).catch(error =>
    refuseListening(error, host, port),
  )
  const { port: had } = probe.address() as AddressInfo
  await new Promise(resolve => probe.close(resolve))
  return had
}

function refuseListening(error: NodeJS.ErrnoException, host: string, port: number): never {
  throw new StartRefused(sentenceOf(error, host, port), { cause: error })
}

function sentenceOf({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is taken by another program. Stop it, or choose one with --port.`
    case 'EACCES':
      return (
        `This process may not listen on port ${port} of ${host} (EACCES): ports below 1024 are for root on most machines. ` +
        'Choose a higher one with --port and let a proxy pass requests on; or allow it (AmbientCapabilities=CAP_NET_BIND_SERVICE).'
      )
    case 'EADDRNOTAVAIL':
      return `${host} is no address of this machine. Name one that is with --host, for example 127.0.0.1, or 0.0.0.0 for all of them.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `No address is known for the host ${host} (${code}). Name an address of this machine with --host, for example 127.0.0.1.`
    default:
      return `This machine does not let us listen on port ${port} of ${host} (${code ?? message}). Choose others with --host and --port.`
  }
}
