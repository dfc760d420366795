import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { portOf } from '../../src/listen.ts'
import { start } from '../support/program.ts'
import { basic, post } from '../support/token.ts'
import { limitFiles, noPrlimit } from './prlimit.ts'

const limit = { timeout: 240_000 }

function directory(): string {
  const cwd = mkdtempSync(join(tmpdir(), 'grantwise-log-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  return cwd
}

/** Each request is refused, which is a line of the log. */
async function askOften(issuer: string): Promise<void> {
  const fields = { grant_type: 'client_credentials' }
  for (let asked = 0; asked < 60; asked++) {
    expect((await post(`${issuer}/token`, fields, basic('nobody'))).status).toBe(401)
  }
}

test.skipIf(noPrlimit !== undefined)(
  'a log that cannot be written keeps nobody waiting, and says how many lines it lost',
  limit,
  async () => {
    const cwd = directory()
    const port = await portOf({ host: '127.0.0.1', port: 0 })
    const issuer = `http://127.0.0.1:${port}`
    const log = join(cwd, 'server.log')
    const fd = openSync(log, 'a')
    const main = join(import.meta.dirname, '../../src/main.ts')
    const child = spawn(process.execPath, [main, 'start', '--port', String(port)], {
      cwd,
      stdio: ['ignore', fd, 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    closeSync(fd)
    while (!(await fetch(`${issuer}/healthz`).catch(() => undefined))?.ok) await pause(50)

    await askOften(issuer)
    limitFiles(child.pid, '0')
    await askOften(issuer)
    limitFiles(child.pid, 'unlimited')
    await askOften(issuer)
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    const lines = readFileSync(log, 'utf8')
      .split('\n')
      .filter(line => line.startsWith('{'))
    expect(lines.map(line => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ dropped: 60, level: 40 }),
    )
  },
)

test('whoever stops reading the log does not stop the server', limit, async () => {
  const { child, issuer, stop } = await start(['--port', '0'], { cwd: directory() })
  child.stdout.destroy()
  await askOften(issuer)
  expect(await stop()).toBe(0)
})
