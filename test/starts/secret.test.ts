import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { start } from '../support/program.ts'
import { expectRefusal, nobody, notRoot, place, useInstalled } from './support.ts'

const installed = useInstalled()
const other = 'another-secret-of-43-characters-which-is-long'

function withSecret(change: (file: string) => void) {
  const where = place(installed)
  const file = join(where.data_dir, 'secret')
  change(file)
  return { where, file }
}

describe('a secret that does not open the database makes no other', () => {
  const wrong = [/do not open with this server secret/, /Start with the GRANTWISE_SECRET, or the file DATA_DIR\/secret/]

  test('the file is of another server', async () => {
    const { where } = withSecret(file => writeFileSync(file, `${other}\n`))
    await expectRefusal(where, installed.args, wrong)
  })

  test('the variable is of another server', async () => {
    const where = place(installed)
    await expectRefusal(where, installed.args, wrong, { env: { GRANTWISE_SECRET: other } })
  })

  test('the file named by --secret-file is of another server', async () => {
    const where = place(installed)
    const named = where.write('other-secret', other)
    await expectRefusal(where, [...installed.args, '--secret-file', named], wrong)
  })

  test('it is lost', async () => {
    const { where } = withSecret(file => rmSync(file))
    await expectRefusal(where, installed.args, [/file "secret" is gone.*Restore/])
  })

  test.each([
    ['is empty', '', /holds 0 characters and needs at least 32/],
    ['was written by half', 'hmKk6DpSVtuAVzJ-Z512tZt', /holds 23 characters.*If it was longer before, restore it/],
  ])('it %s', async (_, text, words) => {
    const { where, file } = withSecret(it => writeFileSync(it, text))
    expect(await expectRefusal(where, installed.args, [words])).toContain(file)
    // Without a database, too: whoever put it there knows what it should have been.
    rmSync(join(where.data_dir, 'grantwise.db'))
    await expectRefusal(where, ['--port', '0'], [words])
  })

  test('it is a directory', async () => {
    const { where, file } = withSecret(it => {
      rmSync(it)
      mkdirSync(it)
    })
    const words = [new RegExp(`^${file} cannot be read \\(EISDIR\\)\\. It must be a file`)]
    await expectRefusal(where, installed.args, words)
  })

  test.skipIf(notRoot !== undefined)('it may not be read (needs root)', async () => {
    const { where, file } = withSecret(() => {})
    for (const path of ['', 'grantwise.db', 'control.lock']) chmodSync(join(where.data_dir, path), 0o777)
    chmodSync(where.cwd, 0o777)
    const words = [new RegExp(`^${file} cannot be read \\(EACCES\\)\\. .*may read`)]
    await expectRefusal(where, installed.args, words, { uid: nobody })
  })

  test('the file that --secret-file names is not there', async () => {
    const where = place(installed)
    await expectRefusal(
      where,
      [...installed.args, '--secret-file', 'nowhere'],
      [/^--secret-file: expected a file that this process can read; got ENOENT/],
    )
  })
})

test('a secret that others can read is warned of, and serves', async () => {
  const { where, file } = withSecret(it => chmodSync(it, 0o644))
  const running = await start(installed.args, { cwd: where.cwd })
  expect(await running.stop()).toBe(0)
  expect(running.output()).toContain(`warning: others can read ${file}; run chmod 600 on it`)
})
