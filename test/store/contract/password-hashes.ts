import { beforeEach, describe, expect, it } from 'vitest'
import { sampleAccount, sampleSession, start } from '../samples.ts'
import type { Bench } from './bench.ts'

export function passwordHashes(bench: Bench): void {
  describe('password hashes', () => {
    const hashOfAlice = async () => (await bench.store.accountByLogin('alice'))?.password_hash

    beforeEach(() => bench.store.applyChanges([{ kind: 'put_user', account: sampleAccount() }], start))

    it('are renewed from the one that was proven, and sign nobody out', async () => {
      const session = sampleSession()
      await bench.store.startSession(session, undefined)
      const from = (await hashOfAlice()) ?? ''
      expect(await bench.store.renewPasswordHash('sub-of-alice', from, 'renewed')).toBe(true)
      expect(await hashOfAlice()).toBe('renewed')
      expect(await bench.store.session(session.token)).toBeDefined()
    })

    it('are not renewed over a password that was changed meanwhile', async () => {
      const from = (await hashOfAlice()) ?? ''
      const [, renewed] = await Promise.all([
        bench.store.changePassword({ sub: 'sub-of-alice', to: 'changed' }, start),
        bench.store.renewPasswordHash('sub-of-alice', from, 'renewed'),
      ])
      expect(renewed).toBe(false)
      expect(await hashOfAlice()).toBe('changed')
      expect(await bench.store.renewPasswordHash('sub-of-nobody', 'changed', 'renewed')).toBe(false)
    })

    it('of many renewals at once, one is written', async () => {
      const from = (await hashOfAlice()) ?? ''
      const all = await Promise.all(
        Array.from({ length: 10 }, (_, at) => bench.store.renewPasswordHash('sub-of-alice', from, `renewed ${at}`)),
      )
      expect(all.filter(Boolean)).toHaveLength(1)
    })
  })
}
