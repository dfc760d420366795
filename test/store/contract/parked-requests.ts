import { describe, expect, it } from 'vitest'
import { begins, newId, redeems, sampleFamily, start } from '../samples.ts'
import type { Bench } from './bench.ts'

export function parkedRequests(bench: Bench): void {
  describe('parked requests', () => {
    it('a parked request is answered once: the second answer is replayed, writes nothing and revokes nothing', async () => {
      const parked = { id: newId(), expires_at: start + 3_600 }
      const answers = [sampleFamily(), sampleFamily()].map(family => ({ ...begins(family), parked }))
      expect(await Promise.all(answers.map(answer => bench.store.commit(answer)))).toEqual(['committed', 'replayed'])
      const [first, second] = await Promise.all(answers.map(answer => bench.store.code(answer.code.token)))
      expect(first?.family.revoked_at).toBeUndefined()
      expect(second).toBeUndefined()
    })

    it('a parked id that is taken undoes what was spent with it', async () => {
      const parked = { id: newId(), expires_at: start + 3_600 }
      const { family, code } = await bench.begun()
      await bench.store.commit({ now: start, parked })
      expect(await bench.store.commit({ ...redeems(family, code), parked })).toBe('replayed')
      expect((await bench.store.code(code))?.spent_at).toBeUndefined()
      expect(await bench.isRevoked(family)).toBe(false)
    })
  })
}
