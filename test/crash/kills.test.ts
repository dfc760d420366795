import { expect, test } from 'vitest'
import { crash } from './crash.ts'

test('killed three times under load, it has kept everything that it acknowledged', { timeout: 120_000 }, async () => {
  const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1e9)
  expect(await crash({ kills: 3, seed, leastWrites: 200 })).toMatch(/^3 kills/)
})
