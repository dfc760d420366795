import { describe, expect, it } from 'vitest'
import { sampleKey, start } from '../samples.ts'
import type { Bench } from './bench.ts'

export function signingKeys(bench: Bench): void {
  describe('signing keys', () => {
    it('keys are replaced only by whoever knew them as they were', async () => {
      const first = [sampleKey(), { ...sampleKey('retired'), retired_at: start }]
      const second = [sampleKey()]
      expect(await Promise.all([bench.store.replaceKeys([], first), bench.store.replaceKeys([], second)])).toEqual([
        true,
        false,
      ])
      expect(await bench.store.keys()).toStrictEqual(first)
      expect(await bench.store.replaceKeys(first, second)).toBe(true)
      expect(await bench.store.keys()).toStrictEqual(second)
    })

    it('a key whose status has changed is not as it was', async () => {
      const key = sampleKey('next')
      await bench.store.replaceKeys([], [key])
      expect(await bench.store.replaceKeys([{ ...key, status: 'current' }], [])).toBe(false)
    })

    it('their version changes when this process or another replaces them, and not otherwise', async () => {
      const second = await bench.database.open()
      const versions = [bench.store.keysVersion()]
      await bench.store.replaceKeys([], [sampleKey()])
      versions.push(bench.store.keysVersion())
      await second.replaceKeys(await second.keys(), [])
      versions.push(bench.store.keysVersion())
      expect(new Set(versions).size).toBe(3)
      await second.replaceKeys([sampleKey()], [])
      await second.setMeta('other', 'thing')
      expect(bench.store.keysVersion()).toBe(versions.at(-1))
    })
  })
}
