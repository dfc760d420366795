import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Installs the servers to compare with, unless they are there as bench/package-lock.json wants them. */
export function ensurePeers(): void {
  const installed = modified('bench/node_modules/.package-lock.json')
  if (installed !== undefined && installed >= (modified('bench/package-lock.json') ?? 0)) return
  run('npm ci --prefix bench --no-audit --no-fund --loglevel=error')
}

/** This checkout's dist, built unless it is there and newer than everything it is made of; its path. */
export function ensureBuilt(): string {
  const built = modified('dist/main.js')
  if (built === undefined || built < newest('src')) run('npm run build --loglevel=error')
  return join(root, 'dist')
}

function run(command: string): void {
  const { status } = spawnSync(command, { cwd: root, shell: true, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error(`${command} failed`)
}

function newest(folder: string): number {
  return Math.max(
    ...readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      name => modified(join(folder, name)) ?? 0,
    ),
  )
}

function modified(path: string): number | undefined {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs
}
