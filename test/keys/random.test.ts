import { describe, expect, test } from 'vitest'
import { hashToken, mintToken } from '../../src/core/token-hash.ts'
import { nodeHash } from '../../src/keys/hash.ts'
import { nodeRandom } from '../../src/keys/random.ts'

describe('ids', () => {
  test('are twenty characters of base32hex', () => {
    expect(nodeRandom(Date.now).id()).toMatch(/^[0-9a-v]{20}$/)
  })

  test('rise strictly inside one millisecond', () => {
    const random = nodeRandom(() => 1_700_000_000_000)
    const ids = Array.from({ length: 100_000 }, () => random.id())
    expect(ids).toEqual([...new Set(ids)].sort())
  })

  test('rise when the random part runs over', () => {
    const random = nodeRandom(
      () => 5,
      n => Buffer.alloc(n, 0xff),
    )
    const ids = Array.from({ length: 1000 }, () => random.id())
    expect(ids).toEqual([...new Set(ids)].sort())
    expect(ids.every(id => /^[0-9a-v]{20}$/.test(id))).toBe(true)
  })

  test('rise when the clock steps back', () => {
    const times = [1000, 2000, 1500, 1999.5, 2000, 2001]
    const random = nodeRandom(() => times.shift() ?? 0)
    const ids = Array.from({ length: 6 }, () => random.id())
    expect(ids).toEqual([...ids].sort())
  })

  test('begin with the time, so that ids of two processes sort alike', () => {
    const id = (ms: number): string => nodeRandom(() => ms).id()
    const times = [0, 1, 31, 32, 33_554_431, 33_554_432, 1_700_000_000_000, 2 ** 50 - 1]
    const ids = times.map(id)
    expect(ids).toEqual([...ids].sort())
    expect(ids.map(text => Number.parseInt(text.slice(0, 10), 32))).toEqual(times)
  })
})

describe('secrets', () => {
  test('are 43 characters of base64url and never repeat', () => {
    const random = nodeRandom(Date.now)
    const secrets = Array.from({ length: 10_000 }, () => random.secret())
    expect(new Set(secrets).size).toBe(10_000)
    expect(secrets.every(secret => /^[A-Za-z0-9_-]{43}$/.test(secret))).toBe(true)
  })

  test('make tokens that the core takes for ours', () => {
    expect(hashToken(mintToken(nodeRandom(Date.now)), nodeHash)).toBeDefined()
  })
})
