import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { run } from '../support/program.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** A directory of its own in which the program runs, and paths in it. */
export function workplace() {
  const cwd = mkdtempSync(join(tmpdir(), 'grantwise-backup-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  return {
    cwd,
    in: (name: string) => join(cwd, name),
    run: (args: readonly string[]) => run(args, { cwd }),
  }
}

/** What a server with the world's people and clients has left in a data directory. */
export async function leftBehind(
  data_dir: string,
  use: (server: TestServer) => Promise<unknown> = async () => {},
): Promise<TestServer> {
  const server = await startServer({ data_dir })
  await use(server)
  await server.close()
  return server
}

/** A server on another directory, with the name, the port and the time of one that has ended. */
export async function takeOver({ issuer, clock }: TestServer, data_dir: string): Promise<TestServer> {
  const port = Number(new URL(issuer).port)
  const server = await startServer({ document: {}, data_dir, clock, config: { port, issuer } })
  onTestFinished(() => server.close())
  return server
}

/** By which a row is found. */
export const idOf = (token: string): string => token.split('.')[0] ?? ''
