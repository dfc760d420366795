import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why there can be no small disk here; nothing when there can. */
export const noTmpfs: string | undefined = process.getuid?.() === 0 ? tryMounting() : 'only root can mount a small disk'

/** A disk of its own, in memory. */
export interface SmallDisk {
  readonly path: string
  /** Takes all the room that is left. */
  fill(): void
  /** Gives the room back. */
  free(): void
  mountReadOnly(): void
  mountForWriting(): void
  unmount(): void
}

export function mountSmallDisk(megabytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'grantwise-disk-'))
  mount('-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'grantwise-test', path)
  const filler = join(path, 'filler')
  return {
    path,
    fill: () => fill(filler),
    free: () => rmSync(filler),
    mountReadOnly: () => mount('-o', 'remount,ro', path),
    mountForWriting: () => mount('-o', 'remount,rw', path),
    unmount() {
      execFileSync('umount', ['--lazy', path])
      rmdirSync(path)
    },
  }
}

/** To the last byte: a page at a time, then nothing. */
function fill(filler: string): void {
  const file = openSync(filler, 'a')
  try {
    for (;;) writeSync(file, Buffer.alloc(4096))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}

function mount(...args: readonly string[]): void {
  execFileSync('mount', args, { stdio: 'pipe' })
}

function tryMounting(): string | undefined {
  try {
    mountSmallDisk(1).unmount()
    return undefined
  } catch (error) {
    return `no file system can be mounted here: ${String(error).split('\n').at(-1)}`
  }
}
