import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, test } from 'vitest'
import { expectRefusal, type Place, place, useInstalled } from './support.ts'

const installed = useInstalled()
/** The environment of a process on a machine whose clock stands elsewhere. */
function at({ cwd }: Place, time: string) {
  const file = join(cwd, 'clock.mjs')
  writeFileSync(
    file,
    `const by = Date.parse('${time}') - Date.now(); const { now } = Date; Date.now = () => now() + by\n`,
  )
  return { env: { NODE_OPTIONS: `--import ${pathToFileURL(file)}` } }
}

describe('a clock that is surely wrong', () => {
  test('stands where machines without a battery begin', async () => {
    const where = place()
    const words = [/^The clock of this machine says 1970-01-01, but it is later than 2026-01-01\. Set it/]
    await expectRefusal(where, ['--port', '0'], words, at(where, '1970-01-01T00:00:10Z'))
  })

  test('stands before the keys of this server were made', async () => {
    const where = place(installed)
    const words = [
      /^The clock of this machine says 2026-0\d-\d\d, but this server has made keys on \d{4}-\d\d-\d\d\. Set it/,
    ]
    await expectRefusal(where, installed.args, words, at(where, '2026-02-03T00:00:00Z'))
  })
})
