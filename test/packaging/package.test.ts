import { type ChildProcessByStdio, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { unpackPackage } from './package.ts'

const nobody = 65_534
const unshare = '/usr/bin/unshare'
const directory = mkdtempSync(join(tmpdir(), 'grantwise-package-'))
let app: string
let files: readonly string[]

beforeAll(() => {
  ;({ app, files } = unpackPackage(directory))
  // Whoever runs it may read it and everything on the way to it.
  chmodSync(directory, 0o755)
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const main = () => join(app, 'dist/main.js')

/** A server of the package, once it serves. */
async function serving(command: string, args: readonly string[]) {
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(command, args, {
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stderr.on('data', chunk => {
    said += chunk
  })
  for await (const chunk of child.stdout) {
    said += chunk
    const issuer = / {2}Issuer +(\S+)/.exec(said)?.[1]
    if (issuer !== undefined) return { child, issuer }
  }
  throw new Error(`it did not start: ${said}`)
}

describe('the package', () => {
  test('holds the program, its types and its licences, and nothing of how it is made', () => {
    expect(files).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/main.js', 'dist/index.js']),
    )
    expect(
      files.filter(file => !/^(LICENSE|README\.md|package\.json|dist\/.*\.(js|d\.ts|css|svg|txt))$/.test(file)),
    ).toEqual([])
  })

  test('runs from where it was unpacked, with nothing installed beside it', async () => {
    const data = ['--data-dir', join(directory, 'data')]
    const { child, issuer } = await serving(process.execPath, [main(), 'start', '--port', '0', ...data])
    expect(await (await fetch(`${issuer}/readyz`)).json()).toEqual({ status: 'ok' })
    const [, style] = /<link rel="stylesheet" href="([^"]+)"/.exec(await (await fetch(issuer)).text()) ?? []
    expect((await fetch(new URL(style ?? '', issuer))).headers.get('content-type')).toMatch('text/css')
    execFileSync(process.execPath, [main(), 'backup', join(directory, 'backup'), ...data])
    execFileSync(main(), ['user', 'add', 'alice', ...data], { input: 'seven quiet otters dance' })
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    expect(readdirSync(join(directory, 'backup')).sort()).toEqual(['grantwise.db', 'secret'])
  })

  const older = ['/usr/bin/node', '/usr/local/bin/node'].find(node => existsSync(node) && isOld(node))
  test.skipIf(older === undefined)('says which Node it needs (skipped where no older one is)', () => {
    const { status, stderr } = spawnSync(older ?? '', [main(), 'start'], { encoding: 'utf8' })
    expect(stderr).toMatch(/^Grantwise needs Node 24\.7 or newer; this is v\d+\.\d+\.\d+\. Install it from .*\n$/)
    expect(status).toBe(2)
  })

  test.skipIf(!canNarrow())(
    'serves without root, without capabilities, on a root file system that is read-only (skipped without root)',
    async () => {
      const data = join(directory, 'narrow')
      mkdirSync(data, { mode: 0o700 })
      chownSync(data, nobody, nobody)
      const script = `
      set -e
      mount --bind "$1" "$1"
      mount --bind "$2" "$2"
      mount -o remount,bind,ro "$2"
      mount -o remount,bind,ro /
      if touch "$2/written" 2>/dev/null; then echo 'the root file system can be written to' >&2; exit 9; fi
      exec setpriv --reuid ${nobody} --regid ${nobody} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
        "$3" "$2/dist/main.js" start --port 0 --data-dir "$1"`
      const args = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', data, app, process.execPath]
      const { child, issuer } = await serving(unshare, args)
      expect((await fetch(`${issuer}/readyz`)).status).toBe(200)
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m)
      expect(status).toMatch(/^CapEff:\t0+$/m)
      expect(status).toMatch(/^NoNewPrivs:\t1$/m)
      expect(readdirSync(data)).toEqual(expect.arrayContaining(['grantwise.db', 'secret', 'control.sock']))
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      expect(await exited).toEqual([0, null])
    },
  )
})

function isOld(node: string): boolean {
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout
  return Number(/^v(\d+)/.exec(version)?.[1] ?? 24) < 24
}

/** Whether this machine lets us make a name space of mounts. */
function canNarrow(): boolean {
  return process.getuid?.() === 0 && spawnSync(unshare, ['--mount', 'setpriv', '--version']).status === 0
}
