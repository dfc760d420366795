import { describe, expect, it } from 'vitest'
import { newId, newToken, sampleClient, start } from '../samples.ts'
import { type Bench, opaque } from './bench.ts'

export function accessTokens(bench: Bench): void {
  describe('opaque access tokens and JWT ids', () => {
    it('a client that acts for itself gets a token without a family', async () => {
      const access_token = opaque(newToken())
      await bench.store.commit({ now: start, access_token })
      expect(await bench.store.accessToken(access_token.token)).toStrictEqual(access_token)
    })

    it('a revoked access token is gone; its id alone revokes nothing', async () => {
      const access_token = opaque(newToken())
      await bench.store.commit({ now: start, access_token })
      await bench.store.revokeAccessToken({ ...access_token.token, hash: 'of another' })
      expect(await bench.store.accessToken(access_token.token)).toBeDefined()
      await bench.store.revokeAccessToken(access_token.token)
      expect(await bench.store.accessToken(access_token.token)).toBeUndefined()
    })

    it('a revoked jti is remembered, however often it is revoked, until it would have expired', async () => {
      const jti = newId()
      const isRevoked = () => bench.store.isJtiRevoked(jti, 'job', start)
      expect(await isRevoked()).toBe(false)
      await Promise.all([bench.store.revokeJti(jti, start + 60), bench.store.revokeJti(jti, start + 60)])
      await bench.store.sweep(start + 59)
      expect(await isRevoked()).toBe(true)
      await bench.store.sweep(start + 60)
      expect(await isRevoked()).toBe(false)
    })

    it('what a client was issued until it was deleted ends with it, and never counts for one registered anew', async () => {
      const isRevoked = (iat: number, client_id = 'anew') => bench.store.isJtiRevoked(newId(), client_id, iat)
      const put = { kind: 'put_client', client: sampleClient('anew') } as const
      await bench.store.applyChanges([put], start)
      for (const now of [start + 10, start + 20]) {
        await bench.store.applyChanges([{ kind: 'delete_client', client_id: 'anew' }, put], now)
        expect(await Promise.all([isRevoked(now - 1), isRevoked(now), isRevoked(now + 1)])).toEqual([true, true, false])
      }
      expect(await isRevoked(start, 'another')).toBe(false)
      await bench.store.sweep(start + 20 + 86_399)
      expect(await isRevoked(start + 20)).toBe(true)
      // No token of then lives any more, so nothing has to be remembered.
      await bench.store.sweep(start + 20 + 86_400)
      expect(await isRevoked(start + 20)).toBe(false)
    })
  })
}
