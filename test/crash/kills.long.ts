import { expect, test } from 'vitest'
import { crash } from './crash.ts'

const kills = Number(process.env['CRASH_KILLS'] ?? 100)
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1e9)

test(`killed ${kills} times under load, it has kept everything that it acknowledged`, { timeout: 0 }, async () => {
  const line = await crash({
    kills,
    seed,
    report: progress => {
      if (/^\d*[05] kills/.test(progress)) console.log(progress)
    },
  })
  console.log(line)
  expect(line).toMatch(new RegExp(`^${kills} kills`))
})
