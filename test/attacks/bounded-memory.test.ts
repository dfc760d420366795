import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createLoopNotice } from '../../src/http/redirect-loop.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { createClock } from '../support/clock.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

function heapUsed(): number {
  collect()
  return process.memoryUsage().heapUsed
}

test('requests for the wrong host are noticed when they loop, and take no more memory the longer they are', () => {
  const isLoop = createLoopNotice({ clock: createClock(), hash: nodeHash })
  const long = (at: number) => `/authorize?state=${at}${'x'.repeat(15_000)}`
  const before = heapUsed()
  for (let at = 0; at < 3000; at++) isLoop('192.0.2.1', 'evil.example', long(at))
  expect(heapUsed() - before).toBeLessThan(3_000_000)
  const again = Array.from({ length: 5 }, () => isLoop('192.0.2.1', 'evil.example', long(9999)))
  expect(again).toEqual([false, false, false, false, true])
})
