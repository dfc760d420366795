import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const module = resolve(import.meta.dirname, '../../src/young-generation.ts')

/** A process of its own: what is set is set for good. Prints the bytes of both halves of the space at rest and under load. */
const program = `
  import { getHeapSpaceStatistics } from 'node:v8'
  import { growYoungGenerationUnderLoad, keepYoungGenerationSmall } from ${JSON.stringify(`file://${module}`)}
  keepYoungGenerationSmall()
  const sizeOf = () => getHeapSpaceStatistics().find(it => it.space_name === 'new_space').space_size
  let kept = []
  // Enough survives for V8 to want more space, again and again.
  const work = times => { for (let i = 0; i < times; i++) { kept.push({ i }); if (kept.length > 20_000) kept = [] } }
  work(2_000_000)
  const atRest = sizeOf()
  const count = growYoungGenerationUnderLoad()
  for (let request = 0; request < 20_000; request++) { count(); work(500) }
  console.log(JSON.stringify({ atRest, underLoad: sizeOf() }))
`

test('the space for what dies soon stays small at rest, and grows to four megabytes under load, no further', async () => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program])
  const { atRest, underLoad } = JSON.parse(stdout) as { atRest: number; underLoad: number }
  const halves = 2
  expect(atRest).toBeLessThanOrEqual(halves * 1024 * 1024)
  expect(underLoad).toBe(halves * 4 * 1024 * 1024)
})
