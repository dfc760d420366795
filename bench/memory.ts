import { parseArgs } from 'node:util'
import type { Case } from './cases/case.ts'
import { chooseCases } from './cases/index.ts'
import { takeCores } from './cores.ts'
import { ensureBuilt } from './ensure.ts'
import { fullLoad } from './load/full-load.ts'
import { writePart } from './report/page.ts'
import { asMarkdown, asText, megabytes, type Table, whole } from './report/table.ts'
import { type Server, startServer } from './servers/server.ts'

/** `--memory`: what Grantwise holds on to while it issues a million tokens, or does as much of other cases. */
export async function memory(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string', default: 'client_credentials_es256' },
      units: { type: 'string', default: '1000000' },
      write: { type: 'boolean', default: false },
      dist: { type: 'string' },
    },
  })
  const dist = values.dist ?? ensureBuilt()
  const cores = takeCores()
  const tables: Table[] = []
  for (const it of chooseCases(values.cases.split(','))) {
    const server = await startServer('grantwise', dist, cores)
    try {
      tables.push(await growth(it, server, Number(values.units)))
    } finally {
      await server.stop()
    }
    console.log(asText(tables.at(-1) as Table))
  }
  if (values.write) writePart('memory', tables.map(asMarkdown).join('\n\n'))
}

const steps = 10
const connections = 32

/** Resident memory at each tenth of the way. */
async function growth(it: Case, server: Server, units: number): Promise<Table> {
  const rows = [['0', megabytes(server.rss())]]
  let done = 0
  for (let step = 1; step <= steps; step++) {
    const works = await it.prepare(server, connections)
    while (done < (units * step) / steps) done += (await fullLoad(server.port, works, 1)).count
    rows.push([whole(done), megabytes(server.rss())])
  }
  return { title: `Memory: ${it.name}`, head: ['done', 'resident'], rows }
}
