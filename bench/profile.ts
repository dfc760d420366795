import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chooseCases } from './cases/index.ts'
import { takeCores } from './cores.ts'
import { ensureBuilt } from './ensure.ts'
import { fullLoad } from './load/full-load.ts'
import { asText, decimals } from './report/table.ts'
import { installGrantwise } from './servers/grantwise.ts'
import { userCount } from './world.ts'

/** `--profile`: where Grantwise's main thread spends its time in some cases, by function, without what it calls. */
export async function profile(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string', default: 'client_credentials_es256' },
      seconds: { type: 'string', default: '10' },
      top: { type: 'string', default: '30' },
      dist: { type: 'string' },
    },
  })
  const dist = values.dist ?? ensureBuilt()
  const cores = takeCores()
  for (const it of chooseCases(values.cases.split(','))) {
    const dir = await mkdtemp(join(tmpdir(), 'grantwise-profile-'))
    const installation = await installGrantwise(dist, cores, userCount, ['--cpu-prof', `--cpu-prof-dir=${dir}`])
    const running = await installation.start()
    const server = { ...running, name: 'grantwise' } as const
    const { connections } = it.slow ?? { connections: 32 }
    const { count } = await fullLoad(server.port, await it.prepare(server, connections), Number(values.seconds))
    await running.stop()
    installation.remove()
    const rows = shares(await mainProfile(dir), count).slice(0, Number(values.top))
    await rm(dir, { recursive: true })
    console.log(asText({ title: `${it.name}, ${count} units`, head: ['', 'µs a unit', 'of busy time'], rows }))
  }
}

/** What V8 writes; times in microseconds. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** Workers write one each as well, with their number before the last; the main thread is 0. */
async function mainProfile(dir: string): Promise<CpuProfile> {
  const name = (await readdir(dir)).find(it => /\.0\.\d+\.cpuprofile$/.test(it))
  if (name === undefined) throw new Error(`no profile of the main thread in ${dir}`)
  return JSON.parse(await readFile(join(dir, name), 'utf8')) as CpuProfile
}

function shares({ nodes, samples, timeDeltas }: CpuProfile, units: number): readonly (readonly string[])[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const times = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? '?'
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0))
  }
  times.delete('(idle)')
  const busy = [...times.values()].reduce((sum, time) => sum + time, 0)
  return [...times]
    .sort(([, a], [, b]) => b - a)
    .map(([name, time]) => [name, decimals(time / units, 1), `${decimals((time / busy) * 100, 1)} %`])
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const place = url.replace(/^.*\/(?=(?:dist|node_modules)\/)/, '')
  return `${functionName || '(anonymous)'}${place ? ` ${place}:${lineNumber + 1}` : ''}`
}
