import { describe, expect, it } from 'vitest'
import { begins, newToken, redeems, sampleFamily, start } from '../samples.ts'
import { type Bench, count } from './bench.ts'

export function codes(bench: Bench): void {
  describe('codes', () => {
    it('a code is found by its id and its hash together, with the family it waits for', async () => {
      const family = sampleFamily()
      const change = begins(family)
      expect(await bench.store.commit(change)).toBe('committed')
      expect(await bench.store.code(change.code.token)).toEqual({ ...change.code, family })
      expect(await bench.store.code({ ...change.code.token, hash: 'of another' })).toBeUndefined()
    })

    it('what an authorization left out is absent when it is read', async () => {
      const { audience: _audience, claims: _claims, ...family } = sampleFamily({ scope: [] })
      await bench.store.commit({ now: start, begins: family, family_expires_at: start + 60 })
      expect(await bench.store.family(family.id)).toStrictEqual(family)
    })

    it('a code is spent once: of 50 concurrent redemptions exactly one commits, the others revoke only its family', async () => {
      const { family, code } = await bench.begun()
      const other = await bench.begun()
      const bought = Array.from({ length: 50 }, () => newToken())
      const results = await Promise.all(bought.map(token => bench.store.commit(redeems(family, code, token))))
      expect(count(results)).toEqual({ committed: 1, replayed: 49 })
      expect(await bench.isRevoked(family)).toBe(true)
      expect(await bench.isRevoked(other.family)).toBe(false)
      const found = await Promise.all(bought.map(token => bench.store.refreshToken(token)))
      expect(found.filter(token => token !== undefined)).toHaveLength(1)
    })

    it('a code is spent once over two connections', async () => {
      const second = await bench.database.open()
      const { family, code } = await bench.begun()
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, i) => (i % 2 ? bench.store : second).commit(redeems(family, code))),
      )
      expect(count(results)).toEqual({ committed: 1, replayed: 49 })
    })

    it('a spent code stays as long as its family, so that a late replay still revokes', async () => {
      const { family, code } = await bench.redeemed()
      await bench.store.sweep(start + 3_600)
      expect((await bench.store.code(code))?.spent_at).toBe(start)
      expect(await bench.store.commit({ ...redeems(family, code), now: start + 3_600 })).toBe('replayed')
      expect(await bench.isRevoked(family)).toBe(true)
    })

    it('a code of a revoked family buys nothing and stays unspent', async () => {
      const { family, code } = await bench.begun()
      await bench.store.revokeFamily(family.id, 'revoked-by-client', start)
      const token = newToken()
      expect(await bench.store.commit(redeems(family, code, token))).toBe('replayed')
      expect(await bench.store.refreshToken(token)).toBeUndefined()
      expect((await bench.store.code(code))?.spent_at).toBeUndefined()
    })

    it('a code that nobody knows, or whose hash differs, is replayed and revokes nothing', async () => {
      const { family, code } = await bench.redeemed()
      const wrong = { ...code, hash: 'of another' }
      expect(await bench.store.commit(redeems(family, newToken()))).toBe('replayed')
      expect(await bench.store.commit(redeems(family, wrong))).toBe('replayed')
      expect(await bench.isRevoked(family)).toBe(false)
    })

    it('spending for another family fails and spends nothing', async () => {
      const { code } = await bench.begun()
      const other = await bench.begun()
      await expect(bench.store.commit(redeems(other.family, code))).rejects.toThrow('another family')
      expect((await bench.store.code(code))?.spent_at).toBeUndefined()
    })
  })
}
