import { describe, expect, it } from 'vitest'
import type { Family } from '../../../src/core/authorization.ts'
import type { Change, NewDeviceCode } from '../../../src/core/ports.ts'
import { sampleDeviceCode, sampleFamily, start } from '../samples.ts'
import { type Bench, count } from './bench.ts'

export function deviceCodes(bench: Bench): void {
  describe('device codes', () => {
    async function asked(settings: Partial<NewDeviceCode> = {}) {
      const code = sampleDeviceCode(settings)
      expect(await bench.store.addDeviceCode(code, `user code of ${code.token.id}`)).toBe(true)
      return code
    }
    const allows = (code: NewDeviceCode, family = sampleFamily()) =>
      ({ now: start, begins: family, family_expires_at: code.expires_at, answers: code }) satisfies Change
    const spends = ({ token }: NewDeviceCode, { id }: Family) =>
      ({
        now: start,
        spends: { kind: 'device_code', token },
        family_id: id,
        family_expires_at: start + 7_200,
      }) satisfies Change

    it('one is found by id and hash together, and by its user code', async () => {
      const code = await asked()
      expect(await bench.store.deviceCode(code.token)).toEqual(code)
      expect(await bench.store.deviceCodeOf(`user code of ${code.token.id}`)).toEqual(code)
      expect(await bench.store.deviceCode({ ...code.token, hash: 'of another' })).toBeUndefined()
      expect(await bench.store.deviceCodeOf('another')).toBeUndefined()
    })

    it('no two have the same user code, and none has a client that is not there', async () => {
      const code = await asked()
      expect(await bench.store.addDeviceCode(sampleDeviceCode(), `user code of ${code.token.id}`)).toBe(false)
      expect(await bench.store.addDeviceCode(sampleDeviceCode({ client_id: 'nobody' }), 'new')).toBe(false)
    })

    it('of ten polls at once over two connections one is in time, and each other lengthens the interval, up to a minute', async () => {
      const second = await bench.database.open()
      const { token } = await asked()
      const polls = await Promise.all(
        Array.from({ length: 10 }, (_, i) => (i % 2 ? bench.store : second).pollDeviceCode(token, start)),
      )
      expect(polls.filter(({ inTime }) => inTime)).toHaveLength(1)
      expect((await bench.store.deviceCode(token))?.interval).toBe(5 + 9 * 5)
      expect(await bench.store.pollDeviceCode(token, start + 50)).toEqual({ inTime: true, interval: 50 })
      for (let times = 0; times < 5; times++) await bench.store.pollDeviceCode(token, start + 50)
      expect((await bench.store.deviceCode(token))?.interval).toBe(60)
    })

    it('it is answered once: of 50 people who allow it and 50 who deny it at once, over two connections', async () => {
      const second = await bench.database.open()
      const code = await asked()
      const answers = await Promise.all(
        Array.from({ length: 50 }, async (_, i) => {
          const own = i % 2 ? bench.store : second
          const [allowed, denied] = await Promise.all([
            own.commit(allows(code)),
            own.denyDeviceCode(code, 'sub-of-alice', start, { actor: 'user' }),
          ])
          return [allowed === 'committed', denied]
        }),
      )
      expect(answers.flat().filter(Boolean)).toHaveLength(1)
    })

    it('what was answered, or has run out, begins no family', async () => {
      const late = { ...allows(await asked()), now: start + 600 }
      expect(await bench.store.commit(late)).toBe('replayed')
      expect(await bench.store.family(late.begins.id)).toBeUndefined()
      const code = await asked()
      await bench.store.denyDeviceCode(code, 'sub-of-alice', start, { actor: 'user' })
      expect((await bench.store.deviceCode(code.token))?.denied_at).toBe(start)
      expect(await bench.store.commit(allows(code))).toBe('replayed')
    })

    it('it is spent once: of 50 redemptions at once one commits, and its family is revoked', async () => {
      const code = await asked()
      const family = sampleFamily()
      expect(await bench.store.commit(spends(code, family))).toBe('replayed')
      expect(await bench.store.commit(allows(code, family))).toBe('committed')
      expect((await bench.store.deviceCode(code.token))?.family).toEqual(family)
      const results = await Promise.all(Array.from({ length: 50 }, () => bench.store.commit(spends(code, family))))
      expect(count(results)).toEqual({ committed: 1, replayed: 49 })
      expect(await bench.isRevoked(family)).toBe(true)
    })

    it('what nothing came of goes ten minutes after its time; what was allowed, with its family', async () => {
      const alone = await asked()
      const code = await asked()
      const family = sampleFamily()
      await bench.store.commit(allows(code, family))
      await bench.store.commit(spends(code, family))
      await bench.store.sweep(start + 1_199)
      expect(await bench.store.deviceCode(alone.token)).toBeDefined()
      await bench.store.sweep(start + 1_200)
      expect(await bench.store.deviceCode(alone.token)).toBeUndefined()
      expect(await bench.store.deviceCode(code.token)).toBeDefined()
      await bench.store.sweep(start + 8_000)
      expect(await bench.store.deviceCode(code.token)).toBeUndefined()
    })
  })
}
