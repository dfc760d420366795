import { parseArgs } from 'node:util'
import { takeCores } from '../cores.ts'
import { ensureBuilt, ensurePeers } from '../ensure.ts'
import { describeMachine } from '../machine.ts'
import { type Effort, type Measured, measureCase } from '../measure.ts'
import { machineLines } from '../report/machine.ts'
import { writePart } from '../report/page.ts'
import { asMarkdown, asText, type Table } from '../report/table.ts'
import type { Server } from '../servers/server.ts'
import { mintAccessTokens } from './access-tokens.ts'
import { type Filled, growthCases } from './cases.ts'
import { measureLookups } from './lookup.ts'
import { caseTable, type Described, storeTable, summary, sweepTable } from './report.ts'
import { measureSizes } from './sizes.ts'
import { measureStart } from './start.ts'
import { type FilledStore, fillStore, readThrough, serve } from './store.ts'
import { measureSweep } from './sweep.ts'

/** `--growth`: the same work on stores with ten thousand, a million and ten million live refresh tokens. */
export async function growth(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      tokens: { type: 'string', default: '10000,1000000,10000000' },
      cases: { type: 'string', default: '' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
      connections: { type: 'string', default: '32' },
      'no-sweep': { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      dist: { type: 'string' },
    },
  })
  const effort = {
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    connections: Number(values.connections),
  }
  ensurePeers()
  const dist = values.dist ?? ensureBuilt()
  const cores = takeCores()
  const machine = machineLines(describeMachine(cores))
  console.log(machine.join('\n'))
  const tables: Table[] = []
  const show = (table: Table) => {
    tables.push(table)
    console.log(asText(table))
  }
  const stores: FilledStore[] = []
  try {
    for (const tokens of values.tokens.split(',').map(Number)) {
      stores.push(await fillStore(dist, cores, tokens))
      console.log(`filled ${tokens} in ${Math.round(stores.at(-1)?.took ?? 0)} s`)
    }
    const measured = await measureInTurn(stores, values.cases.split(','), effort, show)
    show(summary(stores, measured))
    show(storeTable(await describeStores(stores)))
    if (!values['no-sweep']) show(sweepTable(await measureSweep(stores.at(-1) as FilledStore, measured)))
  } finally {
    for (const { installation } of stores) installation.remove()
  }
  if (values.write)
    writePart('growth', [...machine.map(line => `- ${line}`), '', ...tables.map(asMarkdown)].join('\n\n'))
}

/** How many access tokens a case takes in turn: more than the page cache of a connection can answer for. */
const accessTokens = 10_000

async function measureInTurn(
  stores: readonly FilledStore[],
  cases: readonly string[],
  effort: Effort,
  show: (table: Table) => void,
): Promise<readonly (readonly Measured[])[]> {
  const servers: Server[] = []
  const filled = new Map<Server, Filled>()
  try {
    for (const store of stores) {
      const server = await serve(store)
      servers.push(server)
      const tokens = await mintAccessTokens(store.installation, store.population, accessTokens)
      filled.set(server, { population: store.population, accessTokens: tokens })
    }
    const all = growthCases(server => filled.get(server) as Filled)
    const measured: (readonly Measured[])[] = []
    for (const it of all.filter(({ name }) => cases.some(start => name.startsWith(start)))) {
      for (const { file } of stores) await readThrough(file)
      const rows = await measureCase(it, servers, effort)
      show(caseTable(it, stores, rows))
      measured.push(rows)
    }
    return measured
  } finally {
    await Promise.all(servers.map(server => server.stop()))
  }
}

async function describeStores(stores: readonly FilledStore[]): Promise<readonly Described[]> {
  const described: Described[] = []
  for (const store of stores) {
    const lookups = await measureLookups(store)
    described.push({ store, lookups, start: await measureStart(store), sizes: measureSizes(store) })
  }
  return described
}
