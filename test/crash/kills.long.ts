import { expect, test } from 'vitest'
import { crash } from './crash.ts'

const kills = Number(process.env['CRASH_KILLS'] ?? 100)
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1e9)

const kinds = [
  ...['sign-up', 'consent', 'code', 'redemption', 'refresh', 'revocation', 'opaque token', 'rotation', 'apply'],
  ...[
    'key verifies',
    'code works',
    'refresh token works',
    'refresh repeated within the grace',
    'cut off, and done or not done',
  ],
  ...[
    'spent code refused',
    'spent refresh token refused',
    'ended family stays ended',
    'session and consents',
    'sign-in',
  ],
  ...['token of a client live', 'token of a client ended', 'applied file'],
]

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
  // A long run has seen everything at least once.
  for (const kind of kills < 50 ? [] : kinds) expect(line).toMatch(new RegExp(`\\b${kind} [1-9]`))
})
