import { describe, expect, it } from 'vitest'
import { start } from '../samples.ts'
import type { Bench } from './bench.ts'

export function consents(bench: Bench): void {
  describe('consents', () => {
    it('two consents at once add up, and each audience has its own', async () => {
      const consent = { sub: 'sub-of-alice', client_id: 'web', audience: 'https://api.example.com' }
      await Promise.all(
        [
          ['openid', 'a:read'],
          ['openid', 'b:read'],
        ].map(scope => bench.store.commit({ now: start, consent: { ...consent, scope } })),
      )
      expect(await bench.store.consent(consent.sub, 'web', consent.audience)).toEqual(['a:read', 'b:read', 'openid'])
      expect(await bench.store.consent(consent.sub, 'web', '')).toEqual([])
    })
  })
}
