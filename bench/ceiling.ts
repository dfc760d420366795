import { clientCredentialsRequest } from './cases/client-credentials.ts'
import { expectStatus } from './cases/expect.ts'
import type { Cores } from './cores.ts'
import { fullLoad, type Work } from './load/full-load.ts'
import { startProgram } from './servers/server.ts'

/** Requests a second that the load gets out of a server that only answers: what it can measure at all. */
export async function measureCeiling(cores: Cores | undefined, connections: number, seconds: number): Promise<number> {
  const server = await startProgram('./trivial.mjs', cores)
  try {
    const request = clientCredentialsRequest(server.port, 'ES256')
    const works = Array.from(
      { length: connections },
      (): Work => async connection => {
        expectStatus(await connection.request(request), 200)
      },
    )
    await fullLoad(server.port, works, Math.min(1, seconds))
    return (await fullLoad(server.port, works, seconds)).count / seconds
  } finally {
    await server.stop()
  }
}
