import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const module = resolve(import.meta.dirname, '../../src/spare-memory.ts')

/** A process of its own: what is set is set for good. Prints the bytes of both halves of the space, and what is compiled for speed. */
const program = `
  import { getHeapSpaceStatistics } from 'node:v8'
  import { spareMemory, spendMemoryUnderLoad } from ${JSON.stringify(`file://${module}`)}
  spareMemory()
  const sizeOf = () => getHeapSpaceStatistics().find(it => it.space_name === 'new_space').space_size
  const isOptimized = f => (%GetOptimizationStatus(f) & 16) !== 0
  let kept = []
  // Enough survives for V8 to want more space, again and again.
  const keep = i => { kept.push({ i }); if (kept.length > 20_000) kept = [] }
  const work = times => { for (let i = 0; i < times; i++) keep(i) }
  work(2_000_000)
  const atRest = { size: sizeOf(), optimized: isOptimized(work) }
  const count = spendMemoryUnderLoad()
  let optimized = false
  for (let request = 0; request < 20_000; request++) { count(); work(500); optimized ||= isOptimized(work) }
  console.log(JSON.stringify({ atRest, underLoad: { size: sizeOf(), optimized } }))
`

test('a process at rest compiles nothing for speed and keeps its young generation small; under load it gets both, no further', async () => {
  const { stdout } = await run(process.execPath, ['--allow-natives-syntax', '--input-type=module', '-e', program])
  const { atRest, underLoad } = JSON.parse(stdout) as Record<
    'atRest' | 'underLoad',
    { size: number; optimized: boolean }
  >
  const halves = 2
  expect(atRest.size).toBeLessThanOrEqual(halves * 1024 * 1024)
  expect(underLoad.size).toBe(halves * 8 * 1024 * 1024)
  expect([atRest.optimized, underLoad.optimized]).toEqual([false, true])
})
