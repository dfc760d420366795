import type { Machine } from '../machine.ts'
import { decimals } from './table.ts'

/** What it was measured on and with, one line each. */
export function machineLines({ cpu, cores, pinned, memory, system, sync, busy, versions }: Machine): readonly string[] {
  return [
    `${cpu}, ${cores} cores, ${Math.round(memory / 2 ** 30)} GiB, ${system}`,
    pinned
      ? `servers on core ${pinned.server}, load on core ${pinned.load}`
      : 'not pinned (taskset or a second core is missing): servers and load share the machine',
    `4 kB safe on the disk: ${decimals(sync)} ms; load average before: ${decimals(busy)}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  ]
}
