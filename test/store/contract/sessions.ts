import { describe, expect, it } from 'vitest'
import { sampleAccount, sampleFamily, sampleSession, start } from '../samples.ts'
import type { Bench } from './bench.ts'

export function sessions(bench: Bench): void {
  describe('sessions', () => {
    it('a session is found by its id and its hash together, and remembers its last use', async () => {
      const session = sampleSession()
      await bench.store.startSession(session, undefined)
      expect(await bench.store.session(session.token)).toStrictEqual(session)
      expect(await bench.store.session({ ...session.token, hash: 'of another' })).toBeUndefined()
      await bench.store.touchSession(session.token.id, start + 7)
      expect((await bench.store.session(session.token))?.last_used_at).toBe(start + 7)
    })

    it('when the same user signs in again, online families go on under the new session', async () => {
      const { old, family, next } = await replacedSession('sub-of-alice')
      expect(await bench.store.session(old.token)).toBeUndefined()
      const moved = await bench.store.family(family.id)
      expect(moved?.revoked_at).toBeUndefined()
      expect(moved?.login.sid).toBe(next.token.id)
      await bench.store.endSession(next.token.id, 'signed-out', start)
      expect(await bench.isRevoked(family)).toBe(true)
    })

    it('when somebody else signs in, the online families of the session that was are revoked', async () => {
      await bench.store.applyChanges([{ kind: 'put_user', account: sampleAccount('bob') }], start)
      const { old, family } = await replacedSession('sub-of-bob')
      expect(await bench.store.session(old.token)).toBeUndefined()
      expect(await bench.isRevoked(family)).toBe(true)
    })

    async function replacedSession(sub: string) {
      const old = sampleSession()
      await bench.store.startSession(old, undefined)
      const { family } = await bench.begun({ offline: false, login: { ...sampleFamily().login, sid: old.token.id } })
      const next = sampleSession(sub)
      await bench.store.startSession(next, old.token.id)
      return { old, family, next }
    }
  })
}
