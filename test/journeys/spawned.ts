import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { world } from '../support/world.ts'

const main = join(import.meta.dirname, '../../src/main.ts')

/** A directory in which the program itself is run, as an operator runs it. */
export function workplace(base: string = tmpdir()) {
  const cwd = mkdtempSync(join(base, 'grantwise-journeys-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  writeFileSync(join(cwd, 'world.json'), JSON.stringify(world))
  const { PATH = '', HOME = '' } = process.env
  const launch = (...args: readonly string[]): ChildProcessWithoutNullStreams => {
    const child = spawn(process.execPath, [main, ...args], { cwd, env: { PATH, HOME } })
    onTestFinished(() => void child.kill('SIGKILL'))
    return child
  }
  return {
    data_dir: join(cwd, '.grantwise'),
    launch,
    async run(...args: readonly string[]) {
      const child = launch(...args)
      child.stdin.end()
      const closed = once(child, 'close')
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
      return { code: (await closed)[0] as number, out, err }
    },
    /** A server that says that it serves; `output` is all it has printed so far. */
    async start(...args: readonly string[]) {
      const child = launch('start', '--port', '0', '--apply', 'world.json', ...args)
      const printed: string[] = []
      for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => printed.push(String(chunk)))
      const issuer = await until(() => / {2}Issuer +(\S+)[\s\S]* {2}Data /.exec(printed.join(''))?.[1], child)
      return {
        child,
        issuer,
        output: () => printed.join(''),
        async stop(signal: NodeJS.Signals = 'SIGTERM') {
          const exited = once(child, 'exit')
          child.kill(signal)
          return (await exited)[0] as number | null
        },
      }
    },
  }
}

/** Waits for what a child will have done; fails when it ended first. */
export async function until<T>(ask: () => T | undefined, child: ChildProcessWithoutNullStreams): Promise<T> {
  for (;;) {
    const answer = ask()
    if (answer !== undefined) return answer
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`)
    const heard = new AbortController()
    const { signal } = heard
    const events = [
      once(child.stdout, 'data', { signal }),
      once(child.stderr, 'data', { signal }),
      once(child, 'exit', { signal }),
    ]
    await Promise.race(events).finally(() => heard.abort())
    await Promise.allSettled(events)
  }
}
