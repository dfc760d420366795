import type { Case } from './cases/case.ts'
import { cases } from './cases/index.ts'
import { takeCores } from './cores.ts'
import { ensureBuilt, ensurePeers } from './ensure.ts'
import { type Measured, measureCase } from './measure.ts'
import type { Options } from './options.ts'
import { table } from './report.ts'
import { type Server, type ServerName, startServer } from './servers/server.ts'

/** Every chosen case on every server that can do it. */
export async function compare(options: Options): Promise<void> {
  const chosen = choose(options.cases)
  ensurePeers()
  const dist = options.dist ?? ensureBuilt()
  const cores = takeCores()
  if (cores === undefined) console.error('taskset or a second core is missing: servers and load share the machine')
  const names: readonly ServerName[] = ['floor', 'grantwise', 'oidc-provider', 'oauth2-server']
  const servers: Server[] = []
  const measured: Measured[] = []
  try {
    for (const name of names) servers.push(await startServer(name, dist, cores))
    for (const it of chosen) {
      const rows = await measureCase(it, servers, options)
      if (!options.json) console.log(table(it, rows))
      measured.push(...rows)
    }
  } finally {
    await Promise.all(servers.map(server => server.stop()))
  }
  if (options.json) console.log(JSON.stringify(measured, null, 2))
}

function choose(wanted: readonly string[]): readonly Case[] {
  if (wanted.length === 0) return cases
  const chosen = cases.filter(({ name }) => wanted.some(start => name.startsWith(start)))
  if (chosen.length === 0) throw new Error(`--cases: expected some of ${cases.map(({ name }) => name).join(', ')}`)
  return chosen
}
