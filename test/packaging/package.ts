import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const sources = ['src', 'web', 'scripts', 'package.json', 'README.md', 'LICENSE']

/** The package as it is published, built from these sources and unpacked; where it lies, and the files in it. */
export function unpackPackage(directory: string): { readonly app: string; readonly files: readonly string[] } {
  const build = join(directory, 'build')
  const configs = readdirSync(root).filter(name => /^tsconfig.*\.json$/.test(name))
  for (const name of [...sources, ...configs]) cpSync(join(root, name), join(build, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(build, 'node_modules'))
  run(process.execPath, ['scripts/build.mjs'], build)
  const archive = run('npm', ['pack', '--ignore-scripts', '--loglevel=error'], build).trim()
  const app = join(directory, 'app')
  mkdirSync(app)
  run('tar', ['--extract', '--gzip', '--strip-components=1', '--file', join(build, archive)], app)
  const files = readdirSync(app, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return { app, files: files.map(({ parentPath, name }) => join(parentPath, name).slice(app.length + 1)) }
}

function run(command: string, args: readonly string[], cwd: string): string {
  // An older Node on this machine's path must not run the build.
  const PATH = `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`
  return execFileSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, PATH } })
}
