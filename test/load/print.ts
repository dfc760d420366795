import type { Tally, Times } from './open-loop.ts'

export function milliseconds({ p50, p99, max }: Times): string {
  return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, at most ${max.toFixed(0)} ms`
}

export function print(what: string, { offered, seconds, served, shed, late, others }: Tally): void {
  const each = (count: number) => `${(count / seconds).toFixed(0)}/s`
  console.log(
    `${what}: ${each(offered)} offered for ${seconds} s
  served ${each(served.count)}: ${milliseconds(served)}
  503 ${each(shed.count)}: ${milliseconds(shed)}
  sent late by ${milliseconds(late)}${
    Object.keys(others).length === 0 ? '' : `\n  otherwise ${JSON.stringify(others)}`
  }`,
  )
}

/** Whatever was neither served nor told when to come back. */
export function unanswered(what: string, { others }: Tally): string[] {
  return Object.entries(others).map(([status, count]) => `${what}: ${count} × ${status}`)
}

export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`
}
