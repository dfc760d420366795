import { describe, expect, it } from 'vitest'
import { newToken, rotates, sampleFamily, sampleSession, start } from '../samples.ts'
import { type Bench, opaque } from './bench.ts'

export function families(bench: Bench): void {
  describe('families', () => {
    it('revoking is idempotent: the first time stays', async () => {
      const { family } = await bench.begun()
      await bench.store.revokeFamily(family.id, 'signed-out', start + 1)
      await bench.store.revokeFamily(family.id, 'revoked-by-client', start + 2)
      expect((await bench.store.family(family.id))?.revoked_at).toBe(start + 1)
    })

    it('a revoked family gets no new tokens, whatever is asked', async () => {
      const { family } = await bench.begun()
      await bench.store.revokeFamily(family.id, 'signed-out', start)
      const access_token = opaque(newToken())
      expect(await bench.store.commit({ now: start, family_id: family.id, access_token })).toBe('replayed')
      expect(await bench.store.accessToken(access_token.token)).toBeUndefined()
    })

    it('signing out revokes the online families of that session only', async () => {
      const session = sampleSession()
      await bench.store.startSession(session, undefined)
      const login = { ...sampleFamily().login, sid: session.token.id }
      const online = await bench.begun({ login, offline: false })
      const offline = await bench.begun({ login, offline: true })
      const elsewhere = await bench.begun({ offline: false })
      await bench.store.endSession(session.token.id, 'signed-out', start + 5)
      expect(await bench.store.session(session.token)).toBeUndefined()
      const families = await Promise.all(
        [online, offline, elsewhere].map(({ family }) => bench.store.family(family.id)),
      )
      expect(families.map(family => family?.revoked_at)).toEqual([start + 5, undefined, undefined])
    })

    it('a family is kept until the last of what it bought ends, and not much longer', async () => {
      const { family, token } = await bench.redeemed()
      await bench.store.commit({ now: start, family_id: family.id, family_expires_at: start + 9_000 })
      await bench.store.commit({ now: start, family_id: family.id, family_expires_at: start + 100 })
      await bench.store.sweep(start + 8_999)
      expect(await bench.store.family(family.id)).toEqual(family)
      expect(await bench.store.refreshToken(token)).toBeUndefined()
      await bench.store.sweep(start + 10_000)
      expect(await bench.store.family(family.id)).toBeUndefined()
    })

    it('a family whose refresh tokens are rotated is kept for the last of them', async () => {
      const { family, token } = await bench.redeemed()
      const later = { now: start + 7_000 }
      const [second, third] = [newToken(), newToken()]
      await bench.store.commit(rotates(family, token, second, later))
      expect(await bench.store.sweep(start + 14_000)).toMatchObject({ families: 0 })
      expect(await bench.store.commit(rotates(family, second, third, later))).toBe('committed')
      expect(await bench.store.sweep(start + 14_199)).toMatchObject({ families: 0 })
      expect(await bench.store.sweep(start + 14_200)).toMatchObject({ families: 1 })
    })

    it('many that live longer than they first would do not keep one that is over from being swept', async () => {
      const used = await Promise.all(Array.from({ length: 450 }, () => bench.redeemed()))
      const later = { now: start + 7_000 }
      await Promise.all(used.map(({ family, token }) => bench.store.commit(rotates(family, token, newToken(), later))))
      const over = await bench.begun()
      await bench.store.commit({ now: start, family_id: over.family.id, family_expires_at: start + 8_000 })
      expect(await bench.store.sweep(start + 10_000)).toMatchObject({ families: 1 })
      expect(await bench.store.sweep(start + 14_200)).toMatchObject({ families: 450 })
    })
  })
}
