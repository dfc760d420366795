// Runs before `npm start` and `npm test`, on any Node 20 or newer: installs what the lock file asks for, once,
// says what to do where this platform has no Node of its own that is new enough, and builds the scripts of the pages.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'

// npm writes this file last, so it is as old as what is installed.
const installedAt = modified('node_modules/.package-lock.json')
const installed = installedAt !== undefined && installedAt >= modified('package-lock.json')

if (!installed) {
  const npm = process.env.npm_execpath
  const ci = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const run = npm
    ? spawnSync(process.execPath, [npm, ...ci], { stdio: 'inherit' })
    : spawnSync(['npm', ...ci].join(' '), { stdio: 'inherit', shell: true })
  if (run.status !== 0) process.exit(run.status ?? 1)
}

const node = spawnSync('node --version', { encoding: 'utf8', shell: true }).stdout.trim()
const [major = 0, minor = 0] = node.slice(1).split('.').map(Number)
if (major < 24 || (major === 24 && minor < 7)) {
  console.error(`Grantwise needs Node 24.7 or newer; this is ${node}, and npm has no newer one for this platform.`)
  console.error('Install it from https://nodejs.org or with your version manager, then run the same command again.')
  process.exit(1)
}

// Without what only development installs, pages work as they do without scripts.
if (existsSync('node_modules/rolldown')) {
  const { status } = spawnSync('node scripts/build-web.mjs', { stdio: 'inherit', shell: true })
  if (status !== 0) process.exit(status ?? 1)
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs
}
