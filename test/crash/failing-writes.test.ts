import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { start } from '../support/program.ts'
import { askWhileWritesFail, expectStored } from './failing-writes.ts'
import { limitFiles, noPrlimit } from './prlimit.ts'
import { crashWorld } from './world.ts'

const cwd = mkdtempSync(join(tmpdir(), 'grantwise-failing-'))
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

test.skipIf(noPrlimit !== undefined)(
  'while the kernel refuses every write: 503, nothing answered that is not stored, not ready; then on without a restart',
  { timeout: 240_000 },
  async () => {
    writeFileSync(join(cwd, 'world.json'), JSON.stringify(crashWorld))
    const args = ['--port', '0', '--apply', 'world.json', '--sign-up', '--log-level', 'silent']
    const running = await start(args, { cwd })
    const { issuer } = running
    const { pid } = running.child
    const spoil = async () => limitFiles(pid, '0')
    const mend = async () => limitFiles(pid, 'unlimited')
    const stored = await askWhileWritesFail(issuer, spoil, mend)
    await running.stop('SIGKILL')

    const again = await start([...args, '--port', new URL(issuer).port], { cwd })
    await expectStored(issuer, stored)
    limitFiles(again.child.pid, '0')
    expect(await again.stop()).toBe(0)
    // What could not be copied out of the log is still in it.
    const third = await start([...args, '--port', new URL(issuer).port], { cwd })
    expect(await third.stop()).toBe(0)
  },
)
