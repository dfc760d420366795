import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { listenTo, type Printed } from './listen-to.ts'

/** A program of `examples/`, run as its readers run it. */
export interface Example extends Printed {
  readonly child: ChildProcess
  /** Waits for its end. */
  ended(): Promise<number | null>
}

/** Starts an example with nothing of our own environment but what it needs; it ends with the test at the latest. */
export function startExample(name: string, env: Readonly<Record<string, string>>, ...args: readonly string[]): Example {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../examples', name), ...args], {
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const closed = once(child, 'close')
  return {
    child,
    ...listenTo(child),
    ended: async () => (await closed)[0] as number | null,
  }
}
