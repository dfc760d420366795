import { describe, expect, it } from 'vitest'
import { ChangedMeanwhile } from '../../../src/admin/ports.ts'
import { sampleAccount, sampleClient, start } from '../samples.ts'
import type { Bench } from './bench.ts'

export function decidedChanges(bench: Bench): void {
  describe('changes that were decided upon something', () => {
    const account = sampleAccount('carol')
    const put = { kind: 'put_user', account: { ...account, roles: [] } } as const

    it('are written while it is so, and not when it is otherwise by then', async () => {
      await bench.store.applyChanges([{ kind: 'put_user', account, before: null }], start)
      const stale = { ...account, password_hash: 'another' }
      await expect(bench.store.applyChanges([{ ...put, before: stale }], start)).rejects.toThrow(ChangedMeanwhile)
      await expect(bench.store.applyChanges([{ ...put, before: null }], start)).rejects.toThrow(ChangedMeanwhile)
      expect(await bench.store.accountByLogin('carol')).toStrictEqual(account)
      await bench.store.applyChanges([{ ...put, before: account }], start)
      expect(await bench.store.accountByLogin('carol')).toMatchObject({ roles: [] })
    })

    it('take nothing else of the same changes with them', async () => {
      const client = sampleClient('other')
      const changes = [
        { kind: 'put_client', client, before: null },
        { ...put, before: account },
      ] as const
      await expect(bench.store.applyChanges(changes, start)).rejects.toThrow(ChangedMeanwhile)
      expect(await bench.store.client('other')).toBeUndefined()
    })

    it('of many at once upon the same, one is written', async () => {
      const client = sampleClient('other')
      const changes = Array.from({ length: 10 }, (_, at) => ({ ...client, client_name: `By ${at}` }))
      const settled = await Promise.allSettled(
        changes.map(it => bench.store.applyChanges([{ kind: 'put_client', client: it, before: null }], start)),
      )
      expect(settled.filter(it => it.status === 'fulfilled')).toHaveLength(1)
    })
  })
}
