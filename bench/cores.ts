import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Which core serves and which one makes the load; undefined where processes cannot be pinned. */
export interface Cores {
  readonly server: number
  readonly load: number
}

/** The first two cores that this process may use, if `taskset` is there; this process moves to the second. */
export function takeCores(): Cores | undefined {
  const [server, load] = allowedCores()
  if (server === undefined || load === undefined) return undefined
  const moved = spawnSync('taskset', ['-a', '-c', '-p', String(load), String(process.pid)])
  return moved.status === 0 ? { server, load } : undefined
}

/** Linux only; elsewhere none. */
function allowedCores(): readonly number[] {
  try {
    const list = /^Cpus_allowed_list:\s*(.+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? ''
    return list.split(',').flatMap(range => {
      const [from = 0, to = from] = range.split('-').map(Number)
      return Array.from({ length: to - from + 1 }, (_, index) => from + index)
    })
  } catch {
    return []
  }
}
