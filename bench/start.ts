import { setTimeout as pause } from 'node:timers/promises'
import { clientCredentialsRequest } from './cases/client-credentials.ts'
import { expectStatus } from './cases/expect.ts'
import type { Cores } from './cores.ts'
import { once } from './load/connection.ts'
import { installGrantwise } from './servers/grantwise.ts'
import type { ServerProcess } from './servers/process.ts'
import { type ServerName, startServer } from './servers/server.ts'
import { median } from './statistics.ts'

/** From the start of a process to its first token. */
export interface Start {
  readonly what: string
  /** Milliseconds; the median. */
  readonly time: number
  /** Bytes, a second after that token; the median. */
  readonly rss: number
}

interface Way {
  readonly what: string
  /** Makes what the start needs, which is not measured. */
  prepare(): Promise<{ start(): Promise<ServerProcess>; remove(): void }>
}

/** Every way to start, so many times, in turn. */
export async function measureStarts(dist: string, cores: Cores | undefined, rounds: number): Promise<readonly Start[]> {
  const started = waysToStart(dist, cores).map(way => ({ way, times: [] as number[], sizes: [] as number[] }))
  for (let round = 0; round < rounds; round++) {
    for (const { way, times, sizes } of started) {
      const { start, remove } = await way.prepare()
      const began = performance.now()
      const server = await start()
      const request = clientCredentialsRequest(server.port, 'ES256')
      expectStatus(await once(server.port, connection => connection.request(request)), 200)
      times.push(performance.now() - began)
      await pause(1000)
      sizes.push(server.rss())
      await server.stop()
      remove()
    }
  }
  return started.map(({ way, times, sizes }) => ({ what: way.what, time: median(times), rss: median(sizes) }))
}

function waysToStart(dist: string, cores: Cores | undefined): readonly Way[] {
  const other = (name: ServerName): Way => ({
    what: name,
    prepare: async () => ({ start: () => startServer(name, dist, cores), remove() {} }),
  })
  return [
    other('floor'),
    {
      what: 'grantwise',
      async prepare() {
        const installation = await installGrantwise(dist, cores, 0)
        await (await installation.start()).stop()
        return installation
      },
    },
    { what: 'grantwise, first start', prepare: () => installGrantwise(dist, cores, 0) },
    other('oidc-provider'),
    other('oauth2-server'),
  ]
}
