import { spawnSync } from 'node:child_process'
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Cores } from './cores.ts'
import { median } from './statistics.ts'

/** What the figures depend on, besides the programs. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  /** Which core serves and which makes the load; undefined: not pinned. */
  readonly pinned: Cores | undefined
  readonly memory: number
  readonly system: string
  /** Milliseconds for 4 kB to be safe on the disk under the data directory; the median. */
  readonly sync: number
  /** Processes that wanted to run when it began, besides the benchmark. */
  readonly busy: number
  /** Name to version. */
  readonly versions: Readonly<Record<string, string>>
}

export function describeMachine(pinned: Cores | undefined): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    pinned,
    memory: totalmem(),
    system: `${type()} ${release()}`,
    sync: measureSync(),
    busy: loadavg()[0] ?? 0,
    versions: {
      node: process.versions.node,
      openssl: process.versions.openssl,
      sqlite: process.versions['sqlite'] ?? 'none',
      grantwise: grantwiseVersion(),
      ...Object.fromEntries(
        ['oidc-provider', '@node-oauth/oauth2-server', 'jose'].map(name => [
          name,
          versionIn(`./node_modules/${name}/package.json`),
        ]),
      ),
    },
  }
}

function grantwiseVersion(): string {
  const { stdout, status } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
  })
  return versionIn('../package.json') + (status === 0 ? ` at ${stdout.trim()}` : '')
}

function versionIn(path: string): string {
  return (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string }).version
}

function measureSync(): number {
  const path = join(tmpdir(), `grantwise-bench-sync-${process.pid}`)
  const file = openSync(path, 'w')
  const page = Buffer.alloc(4096)
  try {
    return median(
      Array.from({ length: 100 }, (_, index) => {
        const began = performance.now()
        writeSync(file, page, 0, page.length, index * page.length)
        fdatasyncSync(file)
        return performance.now() - began
      }),
    )
  } finally {
    closeSync(file)
    rmSync(path)
  }
}
