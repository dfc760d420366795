import { fileURLToPath } from 'node:url'
import type { Cores } from '../cores.ts'
import * as world from '../world.ts'
import { installGrantwise } from './grantwise.ts'
import { freePort, type ServerProcess, startProcess } from './process.ts'

/** `before` is another build of Grantwise, to compare a change with. */
export type ServerName = 'floor' | 'grantwise' | 'before' | 'oidc-provider' | 'oauth2-server'

/** A server that runs, with what it is called in tables. */
export interface Server extends ServerProcess {
  readonly name: ServerName
}

/** Starts one; `dist` is the built program where it is Grantwise. */
export async function startServer(name: ServerName, dist: string, cores: Cores | undefined): Promise<Server> {
  switch (name) {
    case 'floor':
      return { name, ...(await startProgram('./floor.mjs', cores)) }
    case 'grantwise':
    case 'before':
      return { name, ...(await startGrantwise(dist, cores)) }
    case 'oidc-provider':
      return { name, ...(await startProgram('./oidc-provider.mjs', cores)) }
    case 'oauth2-server':
      return { name, ...(await startProgram('./oauth2-server.mjs', cores)) }
  }
}

/** In a new data directory, which goes when it stops. */
async function startGrantwise(dist: string, cores: Cores | undefined): Promise<ServerProcess> {
  const installation = await installGrantwise(dist, cores, world.userCount)
  const running = await installation.start()
  return {
    ...running,
    async stop() {
      await running.stop()
      installation.remove()
    },
  }
}

/** A program of this directory that takes its port and what to register. Plain JavaScript: no types to strip. */
export async function startProgram(path: string, cores: Cores | undefined): Promise<ServerProcess> {
  const port = await freePort()
  return startProcess(port, [fileURLToPath(new URL(path, import.meta.url)), String(port), JSON.stringify(world)], cores)
}
