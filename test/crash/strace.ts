import { existsSync, readFileSync } from 'node:fs'

export const strace = '/usr/bin/strace'

/** Why system calls cannot be looked at here; nothing when they can. */
export const noStrace: string | undefined = existsSync(strace) ? undefined : `there is no ${strace}`

const calls = 'read,write,writev,sendmsg,sendto,pwrite64,pwritev,fsync,fdatasync'

/** What stands before a program whose calls to the kernel go to this file, with the names of files and sockets. */
export function traced(file: string): readonly string[] {
  return [strace, '-f', '-yy', '-s', '4096', '-e', `trace=${calls}`, '-o', file]
}

/** One call, of any thread. */
export interface Call {
  readonly name: string
  /** What the descriptor stands for: a path, or both ends of a connection. */
  readonly on: string
  readonly text: string
  readonly result: number
  /** Places in the order of all that happened. */
  readonly began: number
  readonly ended: number
}

/** The calls of a trace, in the order in which they began. */
export function readTrace(file: string): readonly Call[] {
  const found: Call[] = []
  const unfinished = new Map<string, { readonly line: string; readonly began: number }>()
  for (const [at, line] of readFileSync(file, 'latin1').split('\n').entries()) {
    const [, pid = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    if (rest.endsWith('<unfinished ...>')) {
      unfinished.set(pid, { line: rest.slice(0, -'<unfinished ...>'.length), began: at })
      continue
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    const before = resumed ? unfinished.get(pid) : undefined
    if (resumed) unfinished.delete(pid)
    const call = callOf(before ? before.line + resumed?.[1] : rest, before?.began ?? at, at)
    if (call) found.push(call)
  }
  return found.sort((a, b) => a.began - b.began)
}

function callOf(line: string, began: number, ended: number): Call | undefined {
  const [, name, on, text, result] = /^(\w+)\(\d+<(.*?)>(.*)\) += (-?\d+)/.exec(line) ?? []
  if (name === undefined || on === undefined || text === undefined) return undefined
  return { name, on, text, result: Number(result), began, ended }
}

/** The process whose calls a trace holds. */
export function tracedProcess(file: string): number {
  return Number(/^\d+/.exec(readFileSync(file, 'latin1'))?.[0])
}
