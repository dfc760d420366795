import { readOptions } from './options.ts'
import { run } from './run.ts'

/** `--smoke`: every case on every server for a moment, to see that all of it works; the figures mean nothing. */
export function smoke(args: readonly string[]): Promise<void> {
  return run(readOptions(['--rounds', '1', '--seconds', '0.2', '--connections', '2', ...args]))
}
