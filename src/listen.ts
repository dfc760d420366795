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
    .catch(error => refuseListening(error, config, port))
  http.log.level = config.log_level
  return url
}

function refuseListening(error: NodeJS.ErrnoException, { host }: Config, port: number): never {
  if (error.code === 'EADDRINUSE') {
    throw new StartRefused(`Port ${port} of ${host} is taken by another program. Stop it, or choose one with --port.`)
  }
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL') {
    throw new StartRefused(
      `This machine does not let us listen on ${host} port ${port} (${error.code}). Choose others with --host and --port.`,
    )
  }
  throw error
}

/** The issuer holds the port, so a free one must be known before anything is made. */
export async function freePort(host: string): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, host, resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise(resolve => probe.close(resolve))
  return port
}
