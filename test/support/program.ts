import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const main = join(import.meta.dirname, '../../src/main.ts')

/** Where and as whom the program runs. */
export interface Surroundings {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Another user and group than ours, which only root may choose. */
  readonly uid?: number
  /** What stands before `node src/main.ts`, to watch or to limit it. */
  readonly before?: readonly string[]
}

/** How a command ended and what it said. */
export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A server that said that it serves. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams
  readonly issuer: string
  /** What it has printed so far. */
  output(): string
  /** Ends it; its exit code, null when the signal was stronger. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Runs the program as an operator does: `node src/main.ts …`, with nothing of our own environment but what it needs. */
export function launch(
  args: readonly string[],
  { cwd, env = {}, uid, before = [] }: Surroundings,
): ChildProcessWithoutNullStreams {
  const { PATH = '', HOME = '' } = process.env
  const [command = process.execPath, ...rest] = [...before, process.execPath, main, ...args]
  return spawn(command, rest, {
    cwd,
    env: { PATH, HOME, ...env },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
}

/** Runs a command to its end. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<Ended> {
  const child = launch(args, surroundings)
  child.stdin.end()
  const closed = once(child, 'close')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await closed) as [number | null]
  return { code, out, err }
}

/** Waits until a launched server says that it serves; nothing when it ended before, for whatever reason. */
async function serving(child: ChildProcessWithoutNullStreams): Promise<Running | undefined> {
  const printed: string[] = []
  const issuer = await new Promise<string | undefined>(resolve => {
    const read = (chunk: unknown) => {
      printed.push(String(chunk))
      const banner = / {2}Issuer +(\S+)[\s\S]* {2}Data /.exec(printed.join(''))
      if (banner) resolve(banner[1])
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('close', () => resolve(undefined))
  })
  const output = () => printed.join('')
  return issuer === undefined ? undefined : { child, issuer, output, stop: signal => stop(child, signal) }
}

/** Starts a server that must come up. */
export async function start(args: readonly string[], surroundings: Surroundings): Promise<Running> {
  const child = launch(['start', ...args], surroundings)
  const err = text(child.stderr)
  const running = await serving(child)
  if (running === undefined) throw new Error(`it did not start: ${await err}`)
  return running
}

async function stop(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exited = once(child, 'exit')
  child.kill(signal)
  const [code] = (await exited) as [number | null]
  return code
}
