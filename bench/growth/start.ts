import { clientCredentialsRequest } from '../cases/client-credentials.ts'
import { expectStatus } from '../cases/expect.ts'
import { once } from '../load/connection.ts'
import { median } from '../statistics.ts'
import type { FilledStore } from './store.ts'

/** Milliseconds from the start of a process on the filled store to its first token; the median of five. */
export async function measureStart({ installation }: FilledStore): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 5; round++) {
    const began = performance.now()
    const server = await installation.start()
    const request = clientCredentialsRequest(server.port, 'ES256')
    expectStatus(await once(server.port, connection => connection.request(request)), 200)
    times.push(performance.now() - began)
    await server.stop()
  }
  return median(times)
}
