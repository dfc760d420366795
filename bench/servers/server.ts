import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cores } from '../cores.ts'
import { applyFile } from './grantwise.ts'
import { freePort, type ServerProcess, startProcess } from './process.ts'

export type ServerName = 'floor' | 'grantwise' | 'oidc-provider' | 'oauth2-server'

/** A server that runs, with what it is called in tables. */
export interface Server extends ServerProcess {
  readonly name: ServerName
}

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export async function startServer(name: ServerName, dist: string, cores: Cores | undefined): Promise<Server> {
  switch (name) {
    case 'floor':
      return { name, ...(await startProgram('./floor.ts', cores)) }
    case 'grantwise':
      return { name, ...(await startGrantwise(dist, cores)) }
    case 'oidc-provider':
      return { name, ...(await startProgram('./oidc-provider.mjs', cores)) }
    case 'oauth2-server':
      return { name, ...(await startProgram('./oauth2-server.mjs', cores)) }
  }
}

/** A program of this directory that takes its port. */
async function startProgram(path: string, cores: Cores | undefined): Promise<ServerProcess> {
  const port = await freePort()
  return startProcess(port, [fileOf(path), String(port)], cores)
}

/** The built program, with production's defaults, in a new data directory that goes when it stops. */
async function startGrantwise(dist: string, cores: Cores | undefined): Promise<ServerProcess> {
  const dir = await mkdtemp(join(tmpdir(), 'grantwise-bench-'))
  const file = join(dir, 'apply.json')
  await writeFile(file, JSON.stringify(applyFile()))
  const port = await freePort()
  const args = ['start', '--port', String(port), '--data-dir', join(dir, 'data'), '--apply', file]
  const running = await startProcess(port, [join(dist, 'main.js'), ...args], cores)
  return {
    ...running,
    async stop() {
      await running.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
