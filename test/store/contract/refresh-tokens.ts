import { describe, expect, it } from 'vitest'
import type { Family } from '../../../src/core/authorization.ts'
import type { CommitResult } from '../../../src/core/ports.ts'
import type { TokenHash } from '../../../src/core/token-hash.ts'
import { newToken, rotates, start } from '../samples.ts'
import { type Bench, count, opaque } from './bench.ts'

export function refreshTokens(bench: Bench): void {
  describe('refresh tokens', () => {
    it('of 50 concurrent refreshes one commits and the rest are superseded by its successor', async () => {
      const { family, token } = await bench.redeemed()
      const successors = Array.from({ length: 50 }, () => newToken())
      const results = await Promise.all(successors.map(next => bench.store.commit(rotates(family, token, next))))
      expect(count(results)).toEqual({ committed: 1, superseded: 49 })
      const winner = successors[results.indexOf('committed')]
      expect(await bench.store.refreshToken(token)).toMatchObject({
        spent_at: start,
        successor: { id: winner?.id, salt: `salt-for-${winner?.id}` },
      })
      const found = await Promise.all(successors.map(next => bench.store.refreshToken(next)))
      expect(found.filter(next => next !== undefined)).toHaveLength(1)
      expect(await bench.isRevoked(family)).toBe(false)
    })

    it('of 50 concurrent refreshes over two connections one commits', async () => {
      const second = await bench.database.open()
      const { family, token } = await bench.redeemed()
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, i) => (i % 2 ? bench.store : second).commit(rotates(family, token, newToken()))),
      )
      expect(count(results)).toEqual({ committed: 1, superseded: 49 })
    })

    it('within its grace a superseded refresh token lets an access token be written; it spends nothing', async () => {
      const { family, token } = await bench.redeemed()
      await bench.store.commit(rotates(family, token, newToken()))
      const access = opaque(newToken())
      const repeat = { ...repeats(family, token), access_token: access }
      expect(await bench.store.commit({ ...repeat, now: start + 29 })).toBe('committed')
      expect(await bench.store.accessToken(access.token)).toEqual({ ...access, family })
    })

    it('once its grace is over, a superseded refresh token revokes the family', async () => {
      const { family, token } = await bench.redeemed()
      await bench.store.commit(rotates(family, token, newToken()))
      const access = opaque(newToken())
      expect(await bench.store.commit({ ...repeats(family, token), now: start + 30, access_token: access })).toBe(
        'replayed',
      )
      expect(await bench.isRevoked(family)).toBe(true)
      expect(await bench.store.accessToken(access.token)).toBeUndefined()
    })

    it('a spent refresh token presented after its grace revokes the family', async () => {
      const { family, token } = await bench.redeemed()
      await bench.store.commit(rotates(family, token, newToken()))
      expect(await bench.store.commit(rotates(family, token, newToken(), { now: start + 30 }))).toBe('replayed')
      expect(await bench.isRevoked(family)).toBe(true)
    })

    it('without grace a second refresh revokes at once', async () => {
      const { family, token } = await bench.redeemed()
      await bench.store.commit(rotates(family, token, newToken(), { grace: 0 }))
      expect(await bench.store.commit(rotates(family, token, newToken(), { grace: 0 }))).toBe('replayed')
      expect(await bench.isRevoked(family)).toBe(true)
    })

    it.each<['rotated' | 'kept', (family: Family, token: TokenHash) => Promise<CommitResult>]>([
      ['rotated', (family, token) => bench.store.commit(rotates(family, token, newToken()))],
      ['kept', (family, token) => bench.store.commit(keeps(family, token))],
    ])(
      'once the successor was used (%s), its predecessor has no successor and a replay within the grace revokes',
      async (_, use) => {
        const { family, token } = await bench.redeemed()
        const successor = newToken()
        await bench.store.commit(rotates(family, token, successor))
        expect(await use(family, successor)).toBe('committed')
        expect((await bench.store.refreshToken(token))?.successor).toBeUndefined()
        expect(await bench.store.commit(repeats(family, token))).toBe('replayed')
        expect(await bench.isRevoked(family)).toBe(true)
      },
    )

    it('of a chain of rotations only the last is unspent, and whichever other comes again revokes the family', async () => {
      const { family, token: first } = await bench.redeemed()
      const [second, third] = [newToken(), newToken()]
      await bench.store.commit(rotates(family, first, second, { now: start + 10 }))
      await bench.store.commit(rotates(family, second, third, { now: start + 20 }))
      const found = await Promise.all([first, second, third].map(token => bench.store.refreshToken(token)))
      expect(found.map(token => token?.spent_at)).toEqual([expect.any(Number), start + 20, undefined])
      expect(found.map(token => token?.successor?.id)).toEqual([undefined, third.id, undefined])
      expect(await bench.store.commit(rotates(family, first, newToken(), { now: start + 21 }))).toBe('replayed')
      expect(await bench.isRevoked(family)).toBe(true)
    })

    it('what would repeat a successor is forgotten once the grace is over, and not before', async () => {
      const { family, token } = await bench.redeemed()
      await bench.store.commit(rotates(family, token, newToken()))
      expect(await bench.store.sweep(start + 29)).toMatchObject({ successors: 0 })
      expect((await bench.store.refreshToken(token))?.successor).toBeDefined()
      expect(await bench.store.sweep(start + 30)).toMatchObject({ successors: 1 })
      expect((await bench.store.refreshToken(token))?.successor).toBeUndefined()
    })

    it('a race between repeating a successor and using it never lets both go unnoticed', async () => {
      const { family, token } = await bench.redeemed()
      const successor = newToken()
      await bench.store.commit(rotates(family, token, successor))
      const results = await Promise.all([
        bench.store.commit(rotates(family, successor, newToken())),
        bench.store.commit(repeats(family, token)),
      ])
      expect(results).toEqual(['committed', 'replayed'])
      expect(await bench.isRevoked(family)).toBe(true)
    })

    it('a kept refresh token stays unspent, with a new expiry', async () => {
      const { family, token } = await bench.redeemed()
      expect(await bench.store.commit(keeps(family, token))).toBe('committed')
      expect(await bench.store.refreshToken(token)).toEqual({ token, family, expires_at: start + 9_000 })
    })

    it('a spent refresh token is not kept: it revokes the family', async () => {
      const { family, token } = await bench.redeemed()
      await bench.store.commit(rotates(family, token, newToken()))
      expect(await bench.store.commit(keeps(family, token))).toBe('replayed')
      expect(await bench.isRevoked(family)).toBe(true)
    })

    it('no refresh token of a revoked family is rotated, kept or repeated', async () => {
      const { family, token } = await bench.redeemed()
      const successor = newToken()
      await bench.store.commit(rotates(family, token, successor))
      await bench.store.revokeFamily(family.id, 'signed-out', start)
      const changes = [rotates(family, successor, newToken()), keeps(family, successor), repeats(family, token)]
      expect(await Promise.all(changes.map(change => bench.store.commit(change)))).toEqual(Array(3).fill('replayed'))
      expect((await bench.store.refreshToken(successor))?.spent_at).toBeUndefined()
    })

    it('a refresh token that nobody knows, or whose hash differs, is replayed and revokes nothing', async () => {
      const { family, token } = await bench.redeemed()
      const wrong = { ...token, hash: 'of another' }
      const changes = [
        rotates(family, newToken(), newToken()),
        rotates(family, wrong, newToken()),
        keeps(family, wrong),
        repeats(family, wrong),
      ]
      expect(await Promise.all(changes.map(change => bench.store.commit(change)))).toEqual(Array(4).fill('replayed'))
      expect(await bench.isRevoked(family)).toBe(false)
    })
  })
}

function keeps(family: Family, token: TokenHash) {
  return {
    now: start,
    spends: { kind: 'kept_refresh_token', token, expires_at: start + 9_000 },
    family_id: family.id,
    family_expires_at: start + 9_000,
  } as const
}

function repeats(family: Family, token: TokenHash) {
  return {
    now: start,
    spends: { kind: 'superseded_refresh_token', token, grace: 30 },
    family_id: family.id,
    family_expires_at: start + 7_200,
  } as const
}
