import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { document } from './document.ts'

/** What a server holds at one moment; sizes in bytes. */
export interface Holding {
  readonly rss: number
  /** The least that was used since the last look: what a collection leaves. */
  readonly heap: number
  readonly sockets: number
  /** Open files that are no sockets. */
  readonly files: number
  /** What else keeps its event loop. */
  readonly handles: number
  readonly wal: number
  readonly database: number
}

/** `grantwise start` in a process of its own, pinned to one core where the system can do that, and we to another. */
export interface LoadedServer {
  readonly issuer: string
  readonly port: number
  readonly data_dir: string
  /** Bytes of resident memory. */
  rss(): number
  holding(): Promise<Holding>
  /** Its exit code. */
  close(): Promise<number>
}

/** @param main the program: the sources, or what was built from them */
export async function startLoadedServer(main: string): Promise<LoadedServer> {
  const data_dir = mkdtempSync(join(tmpdir(), 'grantwise-load-'))
  const apply = join(data_dir, 'apply.json')
  writeFileSync(apply, JSON.stringify(document))
  const flags = ['--port', '0', '--data-dir', data_dir, '--apply', apply, '--log-level', 'error']
  const telling = new URL('telling.mjs', import.meta.url).href
  const child = spawn(process.execPath, ['--import', telling, main, 'start', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const issuer = await issuerOf(child)
  pin(child.pid, 0)
  pin(process.pid, 1)
  const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024
  return {
    issuer,
    port: Number(new URL(issuer).port),
    data_dir,
    rss,
    async holding() {
      const answer = once(child, 'message')
      child.send('what do you hold?')
      const [told] = (await answer) as [{ heap: number; handles: number }]
      const [wal, database] = [sizeOf(join(data_dir, 'grantwise.db-wal')), sizeOf(join(data_dir, 'grantwise.db'))]
      return { rss: rss(), ...told, ...openFiles(`/proc/${child.pid}/fd`), wal, database }
    },
    async close() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const [code] = await ended
      rmSync(data_dir, { recursive: true, force: true })
      return code
    },
  }
}

async function issuerOf(child: ChildProcess): Promise<string> {
  let printed = ''
  for await (const chunk of child.stdout ?? []) {
    printed += chunk
    const [, issuer] = / {2}Issuer +(\S+)[\s\S]* {2}Data /.exec(printed) ?? []
    if (issuer !== undefined) return issuer
  }
  throw new Error(`the server did not start: ${printed}`)
}

function openFiles(directory: string): Pick<Holding, 'sockets' | 'files'> {
  const targets = readdirSync(directory).flatMap(name => linkOf(join(directory, name)) ?? [])
  const sockets = targets.filter(it => it.startsWith('socket:')).length
  return { sockets, files: targets.length - sockets }
}

/** Nothing when it was closed meanwhile. */
function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

function pin(pid: number | undefined, core: number): void {
  try {
    execFileSync('taskset', ['-apc', String(core), String(pid)], { stdio: 'ignore' })
  } catch {
    // Then they share the cores.
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
