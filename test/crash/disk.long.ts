import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { everything, expectRefusal } from '../starts/support.ts'
import { run, start } from '../support/program.ts'
import { askWhileWritesFail, expectStored } from './failing-writes.ts'
import { noStrace, strace } from './strace.ts'
import { mountSmallDisk, noTmpfs, type SmallDisk } from './tmpfs.ts'
import { crashWorld } from './world.ts'

const quiet = ['--apply', 'world.json', '--sign-up', '--log-level', 'silent']

describe.skipIf(noTmpfs !== undefined)(`on a small disk${because(noTmpfs)}`, () => {
  let disk: SmallDisk
  let cwd: string
  let data_dir: string

  beforeEach(() => {
    disk = mountSmallDisk(8)
    cwd = disk.path
    data_dir = join(cwd, '.grantwise')
    writeFileSync(join(cwd, 'world.json'), JSON.stringify(crashWorld))
  })
  afterEach(() => disk.unmount())

  /** Starts a server on the disk, once, and stops it. */
  async function install(): Promise<readonly string[]> {
    const running = await start(['--port', '0', ...quiet], { cwd })
    expect(await running.stop()).toBe(0)
    return ['--port', new URL(running.issuer).port]
  }

  test('that is full: 503 and not ready, nothing answered that is not stored; then on without a restart', async () => {
    const running = await start(['--port', '0', ...quiet], { cwd })
    const { issuer } = running
    const stored = await askWhileWritesFail(
      issuer,
      async () => disk.fill(),
      async () => disk.free(),
    )
    await running.stop('SIGKILL')
    const again = await start(['--port', new URL(issuer).port, ...quiet], { cwd })
    await expectStored(issuer, stored)
    expect(await again.stop()).toBe(0)
  })

  test('that is full, a server still ends with 0, and starts again when it is not', async () => {
    const running = await start(['--port', '0', ...quiet], { cwd })
    disk.fill()
    expect(await running.stop()).toBe(0)
    expect(running.output()).not.toMatch(/\n +at /)
    disk.free()
    const again = await start(['--port', new URL(running.issuer).port, ...quiet], { cwd })
    expect((await fetch(`${again.issuer}/readyz`)).status).toBe(200)
    expect(await again.stop()).toBe(0)
  })

  test('that is full, no start begins, neither the first nor another', async () => {
    disk.fill()
    const words = [
      /^The disk that holds \S+ is full: \d+ kB are left, and \d+ kB are needed\. Free some space, or name/,
    ]
    await expectRefusal({ cwd }, ['--port', '0'], words)
    expect(existsSync(data_dir)).toBe(false)
    disk.free()
    const args = await install()
    disk.fill()
    await expectRefusal({ cwd }, args, words)
  })

  test('that is full, commands say so in a sentence', async () => {
    const args = await install()
    const running = await start([...args, '--log-level', 'silent'], { cwd })
    disk.fill()
    const { code, err } = await run(['keys', 'rotate'], { cwd })
    expect(err).toMatch(/^nothing could be written: the disk is full\. Free some space\.\n$/)
    expect(code).toBe(1)
    disk.free()
    expect((await run(['keys', 'rotate'], { cwd })).code).toBe(0)
    expect(await running.stop()).toBe(0)
  })

  test('that is mounted read-only, no start begins, neither the first nor another', async () => {
    const words = [/^\S+ is on a file system that is mounted read-only\. Mount it for writing, or name another/]
    disk.mountReadOnly()
    await expectRefusal({ cwd }, ['--port', '0'], words)
    disk.mountForWriting()
    const args = await install()
    disk.mountReadOnly()
    await expectRefusal({ cwd }, args, words)
    disk.mountForWriting()
    const running = await start(args, { cwd })
    expect(await running.stop()).toBe(0)
  })

  describe.skipIf(noStrace !== undefined)(`whose kernel fails the program${because(noStrace)}`, () => {
    test.each([
      ['that cannot sync', 'fsync,fdatasync:error=EIO'],
      ['that cannot write', 'pwrite64:error=EIO'],
      ['that went read-only', 'pwrite64,fsync,fdatasync:error=EROFS'],
      ['that is over its quota', 'pwrite64:error=EDQUOT'],
    ])('%s: the same', async (_, fault) => {
      const running = await start(['--port', '0', ...quiet], { cwd })
      const { issuer } = running
      let mend = async () => {}
      const spoil = async () => {
        mend = await inject(fault, running.child.pid)
      }
      const stored = await askWhileWritesFail(issuer, spoil, () => mend())
      await running.stop('SIGKILL')
      const again = await start(['--port', new URL(issuer).port, ...quiet], { cwd })
      await expectStored(issuer, stored)
      expect(await again.stop()).toBe(0)
    })
  })

  test('nothing of all this is left in the directory of a server that never began', async () => {
    mkdirSync(data_dir)
    disk.fill()
    await expectRefusal({ cwd }, ['--port', '0'], [/is full/])
    expect(Object.keys(everything(data_dir))).toEqual(['.'])
  })
})

/** Lets these calls of every thread of a process fail from now on; answers with how to stop it. */
async function inject(fault: string, pid: number | undefined): Promise<() => Promise<void>> {
  const [calls] = fault.split(':')
  const args = ['-f', '-p', String(pid), '-e', `trace=${calls}`, '-e', `inject=${fault}`, '-o', '/dev/null']
  const injector = spawn(strace, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  await once(injector.stderr, 'data')
  return async () => {
    const gone = once(injector, 'exit')
    injector.kill('SIGTERM')
    await gone
  }
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : ` (skipped: ${reason})`
}
