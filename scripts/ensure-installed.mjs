// Runs before `npm start` and `npm test`, on any Node 20 or newer: installs what the lock file asks for, once,
// and says what to do where this platform has no Node of its own that is new enough.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const stamp = 'node_modules/.grantwise-installed'
const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
const installed = existsSync(stamp) && readFileSync(stamp, 'utf8') === lock

if (!installed) {
  const npm = process.env.npm_execpath
  const ci = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const run = npm
    ? spawnSync(process.execPath, [npm, ...ci], { stdio: 'inherit' })
    : spawnSync(['npm', ...ci].join(' '), { stdio: 'inherit', shell: true })
  if (run.status !== 0) process.exit(run.status ?? 1)
  writeFileSync(stamp, lock)
}

const node = spawnSync('node --version', { encoding: 'utf8', shell: true }).stdout.trim()
const [major = 0, minor = 0] = node.slice(1).split('.').map(Number)
if (major < 24 || (major === 24 && minor < 7)) {
  console.error(`Grantwise needs Node 24.7 or newer; this is ${node}, and npm has no newer one for this platform.`)
  console.error('Install it from https://nodejs.org or with your version manager, then run the same command again.')
  process.exit(1)
}
