import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { start } from '../support/program.ts'
import { everything, expectRefusal, nobody, notRoot, place, useInstalled } from './support.ts'

const installed = useInstalled()
describe('a data directory that cannot be one', () => {
  test('is a file', async () => {
    const where = place()
    const named = where.write('data', 'a file')
    const words = [/\/data is a file, and a directory is needed there\. Name another with --data-dir/]
    await expectRefusal(where, ['--data-dir', named], words)
    await expectRefusal(where, ['--data-dir', join(named, 'deeper', 'down')], words)
  })

  test.skipIf(notRoot !== undefined)('may not be made (needs root to play another user)', async () => {
    const where = place()
    chmodSync(where.cwd, 0o755)
    const words = [new RegExp(`user id ${nobody}\\) may not read and write ${where.cwd} \\(EACCES\\).*--data-dir`)]
    await expectRefusal(where, ['--port', '0'], words, { uid: nobody })
  })

  test.skipIf(notRoot !== undefined)('may not be written (needs root to play another user)', async () => {
    const where = place(installed)
    chmodSync(where.cwd, 0o755)
    chmodSync(where.data_dir, 0o755)
    const words = [new RegExp(`may not read and write ${where.data_dir} \\(EACCES\\).*chown -R`)]
    await expectRefusal(where, installed.args, words, { uid: nobody })
  })

  test.skipIf(process.platform !== 'linux' || notRoot !== undefined)('is where nobody can make one', async () => {
    const where = place()
    const words = [/^No directory can be made at \/proc\/nope\. Name another with --data-dir/]
    await expectRefusal(where, ['--port', '0', '--data-dir', '/proc/nope/deeper'], words)
  })

  test('has something else where the lock should be', async () => {
    const where = place()
    mkdirSync(join(where.data_dir, 'control.lock'), { recursive: true })
    await expectRefusal(where, ['--port', '0'], [/control\.lock is not a file, .*Move it away/])
  })
})

describe('two servers on one data directory', () => {
  test.each([
    ['on the same port', () => installed.args],
    ['on another port', () => ['--port', '0']],
    ['under another issuer', () => ['--port', '0', '--issuer', 'https://id.example.com']],
  ])('%s: the second is refused, and the first goes on', async (_, args) => {
    const where = place(installed)
    const first = await start(installed.args, { cwd: where.cwd })
    await expectRefusal(where, args(), [
      new RegExp(
        `^Another server runs on ${where.data_dir} already\\. Stop it, or start this one with another --data-dir`,
      ),
    ])
    expect((await fetch(`${first.issuer}/readyz`)).status).toBe(200)
    expect(await first.stop()).toBe(0)
  })
})

test('a start that is fine makes what only its owner can read', async () => {
  const where = place()
  const running = await start(['--port', '0', '--data-dir', 'deep/down/data'], { cwd: where.cwd })
  expect(await running.stop()).toBe(0)
  const made = everything(join(where.cwd, 'deep'))
  for (const [name, what] of Object.entries(made))
    expect([name, what.split(' ')[0]]).toEqual([name, expect.stringMatching(/00$/)])
})
