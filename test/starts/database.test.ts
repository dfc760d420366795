import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { start } from '../support/program.ts'
import { expectRefusal, nobody, notRoot, place, useInstalled } from './support.ts'

const installed = useInstalled()
/** What every sentence about the database says first. */
const cannot = /^The database \/\S+\/\.grantwise\/grantwise\.db cannot be used: /

function damaged(damage: (file: string) => void) {
  const where = place(installed)
  const file = join(where.data_dir, 'grantwise.db')
  damage(file)
  return { where, file }
}

describe('a database that cannot be used is named with the cause and the mend, and left as it is', () => {
  test.each([
    [
      'is text',
      (file: string) => writeFileSync(file, 'Dear Alice, this is no database. '.repeat(500)),
      /is not a database/,
    ],
    ['ends in the middle', (file: string) => truncateSync(file, statSync(file).size / 2), /is damaged/],
    ['ends after its first page', (file: string) => truncateSync(file, 4096), /is damaged/],
    ['has nothing in its first pages but the header', (file: string) => overwrite(file, 100, 4 * 4096), /is damaged/],
  ])('it %s', async (_, damage, cause) => {
    const { where } = damaged(damage)
    await expectRefusal(where, installed.args, [cannot, cause, /put the last backup back \(`grantwise restore`\)/])
  })

  test('it is a directory', async () => {
    const { where } = damaged(file => {
      rmSync(file)
      mkdirSync(file)
    })
    await expectRefusal(where, installed.args, [/grantwise\.db is not a file, .*Move it away\.$/m])
  })

  test('a newer program wrote it', async () => {
    const { where } = damaged(file => {
      const database = new DatabaseSync(file)
      database.exec("INSERT INTO migrations (version, applied_at) VALUES (999, 'later')")
      database.close()
    })
    await expectRefusal(where, installed.args, [
      cannot,
      /newer Grantwise \(schema 999, this program knows \d+\); start that version or a later one/,
    ])
  })

  test.skipIf(notRoot !== undefined)(`another user owns it (needs root)`, async () => {
    const { where, file } = damaged(it => chmodSync(it, 0o600))
    chmodSync(where.cwd, 0o777)
    chmodSync(where.data_dir, 0o777)
    await expectRefusal(
      where,
      installed.args,
      [new RegExp(`user id ${nobody}\\) may not read and write ${file} \\(EACCES\\).*chown -R`)],
      { uid: nobody },
    )
  })
})

describe('what a crash left', () => {
  /** The files of a server that was killed: with a log that holds all there is. */
  async function crashed() {
    const where = place(installed)
    const running = await start(installed.args, { cwd: where.cwd })
    await running.stop('SIGKILL')
    const file = join(where.data_dir, 'grantwise.db')
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0)
    return { where, file }
  }

  test('is left as it is when the start is refused, but for the index of the log', async () => {
    const { where } = await crashed()
    const other = ['--issuer', 'http://127.0.0.1:1']
    const index = { except: ['.grantwise/grantwise.db-shm'] }
    await expectRefusal(where, [...installed.args, ...other], [/belongs to the issuer/], index)
  })

  test('is gone on with, and so is a first start that ended in the middle', async () => {
    const { where } = await crashed()
    const again = await start(installed.args, { cwd: where.cwd })
    expect(await again.stop()).toBe(0)

    const begun = place()
    mkdirSync(begun.data_dir)
    copyFileSync(join(where.data_dir, 'secret'), join(begun.data_dir, 'secret'))
    writeFileSync(join(begun.data_dir, 'grantwise.db'), '')
    const first = await start(['--port', '0'], { cwd: begun.cwd })
    expect(await first.stop()).toBe(0)
  })
})

function overwrite(file: string, from: number, to: number): void {
  writeFileSync(file, readFileSync(file).fill(0xff, from, to))
}
