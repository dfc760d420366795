import { describe, expect, it } from 'vitest'
import { begins, newId, newToken, rotates, sampleFamily, sampleSession, start } from '../samples.ts'
import { type Bench, opaque } from './bench.ts'

export function writes(bench: Bench): void {
  describe('writes', () => {
    it('of two values for one name the first stays, and both hear of it', async () => {
      const second = await bench.database.open()
      expect(await bench.store.meta('issuer')).toBeUndefined()
      expect(await Promise.all([bench.store.setMeta('issuer', 'a'), second.setMeta('issuer', 'b')])).toEqual(['a', 'a'])
      expect(await second.meta('issuer')).toBe('a')
    })

    it('a write that fails leaves nothing and spoils none of those made in the same turn', async () => {
      const family = sampleFamily()
      const families = [family, sampleFamily({ id: family.id }), sampleFamily()]
      const parked = { id: newId(), expires_at: start + 60 }
      const results = await Promise.allSettled(
        families.map((family, i) => bench.store.commit({ ...begins(family), ...(i === 1 ? { parked } : {}) })),
      )
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(await bench.store.commit({ now: start, parked })).toBe('committed')
    })

    it('what is over is swept in batches, and nothing else goes', async () => {
      const session = sampleSession()
      const access_token = opaque(newToken())
      const kept = await bench.redeemed()
      await Promise.all(Array.from({ length: 1_100 }, () => bench.begun()))
      await bench.store.startSession(session, undefined)
      await bench.store.countAttempts(['account'], 7)
      await bench.store.commit({ now: start, parked: { id: 'parked', expires_at: start + 60 }, access_token })
      expect(await bench.store.sweep(start + 59)).toMatchObject({
        families: 0,
        parked: 0,
        access_tokens: 0,
        sessions: 0,
      })
      expect(await bench.store.sweep(start + 60)).toMatchObject({
        families: 1_100,
        parked: 1,
        access_tokens: 1,
        sessions: 0,
      })
      expect(await bench.store.refreshToken(kept.token)).toBeDefined()
      expect(await bench.store.session(session.token)).toBeDefined()
      await bench.store.commit(rotates(kept.family, kept.token, newToken(), { now: start + 60 }))
      expect(await bench.store.sweep(start + 2 * 86_400)).toMatchObject({
        refresh_tokens: 2,
        families: 1,
        sessions: 2,
        throttles: 1,
      })
    })

    it('an assertion is spent once, by whichever of two processes is first, until it has expired', async () => {
      const second = await bench.database.open()
      const spent = await Promise.all(
        Array.from({ length: 50 }, (_, i) => (i % 2 ? bench.store : second).spendAssertion('assertion', start + 60)),
      )
      expect(spent.filter(Boolean)).toHaveLength(1)
      expect(await bench.store.sweep(start + 59)).toMatchObject({ assertion_jtis: 0 })
      expect(await second.spendAssertion('assertion', start + 90)).toBe(false)
      expect(await bench.store.sweep(start + 60)).toMatchObject({ assertion_jtis: 1 })
      expect(await second.spendAssertion('assertion', start + 120)).toBe(true)
    })

    it('what was committed is there when the data is opened again, and writes after closing are refused', async () => {
      const { family, code } = await bench.begun()
      await bench.store.close()
      await expect(bench.store.revokeFamily(family.id, 'signed-out', start)).rejects.toThrow('closed')
      bench.store = await bench.database.open()
      expect((await bench.store.code(code))?.family).toEqual(family)
    })

    it('closing commits what waits', async () => {
      const family = sampleFamily()
      const waiting = bench.store.commit(begins(family))
      await bench.store.close()
      expect(await waiting).toBe('committed')
      bench.store = await bench.database.open()
      expect(await bench.store.family(family.id)).toEqual(family)
    })
  })
}
