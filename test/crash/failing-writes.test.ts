import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { start } from '../support/program.ts'
import { askWhileWritesFail, expectStored } from './failing-writes.ts'
import { crashWorld } from './world.ts'

const prlimit = '/usr/bin/prlimit'
const cwd = mkdtempSync(join(tmpdir(), 'grantwise-failing-'))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

/** From now on the kernel lets a process write so many bytes into any file, and no more. */
async function limitFiles(pid: number | undefined, bytes: '0' | 'unlimited') {
  execFileSync(prlimit, ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
}

test.skipIf(!existsSync(prlimit))(
  'while the kernel refuses every write: 503, nothing answered that is not stored, not ready; then on without a restart',
  { timeout: 120_000 },
  async () => {
    writeFileSync(join(cwd, 'world.json'), JSON.stringify(crashWorld))
    const args = ['--port', '0', '--apply', 'world.json', '--sign-up', '--log-level', 'silent']
    const running = await start(args, { cwd })
    const { issuer } = running
    const { pid } = running.child
    const spoil = () => limitFiles(pid, '0')
    const mend = () => limitFiles(pid, 'unlimited')
    const stored = await askWhileWritesFail(issuer, spoil, mend)
    await running.stop('SIGKILL')

    const again = await start([...args, '--port', new URL(issuer).port], { cwd })
    await expectStored(issuer, stored)
    await limitFiles(again.child.pid, '0')
    expect(await again.stop()).toBe(0)
    // What could not be copied out of the log is still in it.
    const third = await start([...args, '--port', new URL(issuer).port], { cwd })
    expect(await third.stop()).toBe(0)
  },
)
