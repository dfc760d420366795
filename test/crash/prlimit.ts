import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const prlimit = '/usr/bin/prlimit'

/** Why the writes of a process cannot be limited here; nothing when they can. */
export const noPrlimit: string | undefined = existsSync(prlimit) ? undefined : `there is no ${prlimit}`

/** From now on the kernel lets a process write so many bytes into any file, and no more. */
export function limitFiles(pid: number | undefined, bytes: '0' | 'unlimited'): void {
  execFileSync(prlimit, ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
}
