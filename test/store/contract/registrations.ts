import { describe, expect, it } from 'vitest'
import { begins, newToken, sampleAccount, sampleClient, sampleFamily, sampleResourceServer, start } from '../samples.ts'
import { type Bench, opaque } from './bench.ts'

export function registrations(bench: Bench): void {
  describe('registrations', () => {
    it('clients, resource servers and accounts are read as they were put', async () => {
      const account = sampleAccount()
      const { password_hash: _hash, ...user } = account
      await bench.store.applyChanges(
        [
          { kind: 'put_resource_server', resourceServer: sampleResourceServer },
          { kind: 'put_user', account },
        ],
        start,
      )
      expect(await bench.store.client('web')).toStrictEqual(sampleClient())
      expect(await bench.store.resourceServer(sampleResourceServer.audience)).toStrictEqual(sampleResourceServer)
      expect(await bench.store.user(account.sub)).toStrictEqual(user)
      expect(await bench.store.accountByLogin('alice')).toStrictEqual(account)
      expect(await bench.store.allClients()).toStrictEqual([sampleClient()])
      expect(await bench.store.allResourceServers()).toStrictEqual([sampleResourceServer])
      expect(await bench.store.allAccounts()).toStrictEqual([account])
    })

    it('a changed client is seen at once, with its new secrets and origins', async () => {
      await bench.store.client('web')
      const changed = { ...sampleClient('web', { web_origins: ['https://app.example.com'] }), secrets: [] }
      await bench.store.applyChanges([{ kind: 'put_client', client: changed }], start)
      expect(await bench.store.client('web')).toStrictEqual(changed)
      expect(await bench.store.isWebOrigin('https://app.example.com')).toBe(true)
      expect(await bench.store.isWebOrigin('https://evil.example.com')).toBe(false)
      await bench.store.applyChanges([{ kind: 'put_client', client: sampleClient() }], start)
      expect(await bench.store.isWebOrigin('https://app.example.com')).toBe(false)
    })

    it('changing a client leaves what it was granted', async () => {
      const { family } = await bench.begun()
      await bench.store.applyChanges([{ kind: 'put_client', client: sampleClient() }], start)
      expect(await bench.store.family(family.id)).toEqual(family)
    })

    it('what another connection changes is seen, though it was cached', async () => {
      const second = await bench.database.open()
      await Promise.all([bench.store.client('web'), bench.store.resourceServer(sampleResourceServer.audience)])
      const version = bench.store.keysVersion()
      const renamed = { ...sampleClient(), client_name: 'Renamed' }
      await second.applyChanges(
        [
          { kind: 'put_client', client: renamed },
          { kind: 'put_resource_server', resourceServer: sampleResourceServer },
        ],
        start,
      )
      expect(await bench.store.client('web')).toStrictEqual(renamed)
      expect(await bench.store.resourceServer(sampleResourceServer.audience)).toBeDefined()
      expect(bench.store.keysVersion()).toBe(version)
      await second.applyChanges([{ kind: 'delete_client', client_id: 'web' }], start)
      expect(await bench.store.client('web')).toBeUndefined()
    })

    it('deleting a client ends its codes, families, tokens and consents, and nobody else’s', async () => {
      await bench.store.applyChanges(
        [{ kind: 'put_client', client: sampleClient('other', { web_origins: ['https://app.example.com'] }) }],
        start,
      )
      const kept = await bench.redeemed()
      const gone = await bench.redeemed({ client_id: 'other' })
      const own = opaque(newToken(), 'other')
      const users = opaque(newToken(), 'other')
      await bench.store.commit({ now: start, access_token: own })
      await bench.store.commit({ now: start, family_id: gone.family.id, access_token: users })
      const consent = { sub: 'sub-of-alice', client_id: 'other', audience: '', scope: ['openid'] }
      await bench.store.commit({ now: start, consent })
      await bench.store.applyChanges([{ kind: 'delete_client', client_id: 'other' }], start)
      const left = await Promise.all([
        bench.store.family(gone.family.id),
        bench.store.code(gone.code),
        bench.store.refreshToken(gone.token),
        bench.store.accessToken(own.token),
        bench.store.accessToken(users.token),
      ])
      expect(left).toEqual(Array(5).fill(undefined))
      expect(await bench.store.consent(consent.sub, 'other', '')).toEqual([])
      expect(await bench.store.isWebOrigin('https://app.example.com')).toBe(false)
      expect(await bench.store.refreshToken(kept.token)).toBeDefined()
    })

    describe('deleting a client that was granted more than one transaction should remove', () => {
      async function deletedLarge() {
        await bench.store.applyChanges(
          [{ kind: 'put_client', client: sampleClient('large', { web_origins: ['https://app.example.com'] }) }],
          start,
        )
        const consent = { sub: 'sub-of-alice', client_id: 'large', audience: '', scope: ['openid'] }
        await bench.store.commit({ now: start, consent })
        const granted = await Promise.all(Array.from({ length: 2_100 }, () => bench.begun({ client_id: 'large' })))
        await bench.store.applyChanges([{ kind: 'delete_client', client_id: 'large' }], start)
        const last = granted.at(-1)
        if (last === undefined || (await bench.store.family(last.family.id)) === undefined) throw new Error('not large')
        return last
      }

      it('lets nobody find the client any more, nor begin anything for it', async () => {
        await deletedLarge()
        expect(await bench.store.client('large')).toBeUndefined()
        expect((await bench.store.allClients()).map(({ client_id }) => client_id)).toEqual(['web'])
        expect(await bench.store.isWebOrigin('https://app.example.com')).toBe(false)
        expect(await bench.store.appsOfUser('sub-of-alice', '', start, 10)).toEqual([])
        expect(await bench.store.commit(begins(sampleFamily({ client_id: 'large' })))).toBe('replayed')
        const access_token = opaque(newToken(), 'large')
        expect(await bench.store.commit({ now: start, access_token })).toBe('replayed')
        expect(await bench.store.isJtiRevoked('any', 'large', start)).toBe(true)
      })

      it('is finished by the sweep', async () => {
        const { family, code } = await deletedLarge()
        const kept = await bench.redeemed()
        expect(await bench.store.sweep(start)).toMatchObject({ families: 0, parts_of_deleted_clients: 1_100 })
        expect([await bench.store.family(family.id), await bench.store.code(code)]).toEqual([undefined, undefined])
        expect(await bench.store.consent('sub-of-alice', 'large', '')).toEqual([])
        expect(await bench.store.refreshToken(kept.token)).toBeDefined()
      })

      it('is finished at once when the name is registered again: nothing comes back with it', async () => {
        const { family, code } = await deletedLarge()
        await bench.store.applyChanges([{ kind: 'put_client', client: sampleClient('large') }], start + 1)
        expect([await bench.store.family(family.id), await bench.store.code(code)]).toEqual([undefined, undefined])
        const anew = await bench.begun({ client_id: 'large' })
        expect(await bench.store.sweep(start + 1)).toMatchObject({ parts_of_deleted_clients: 0 })
        expect(await bench.store.family(anew.family.id)).toBeDefined()
      })
    })

    it('changes are made all or none', async () => {
      const account = sampleAccount('carol')
      const namesake = { ...account, sub: 'another' }
      await expect(
        bench.store.applyChanges(
          [
            { kind: 'put_client', client: sampleClient('other') },
            { kind: 'put_user', account },
            { kind: 'put_user', account: namesake },
          ],
          start,
        ),
      ).rejects.toThrow()
      expect(await bench.store.client('other')).toBeUndefined()
      expect(await bench.store.user(account.sub)).toBeUndefined()
    })

    it('a client that was deleted begins no family', async () => {
      const family = sampleFamily({ client_id: 'gone' })
      expect(await bench.store.commit(begins(family))).toBe('replayed')
      expect(await bench.store.family(family.id)).toBeUndefined()
    })

    it('a user who was disabled begins no family', async () => {
      await bench.store.applyChanges([{ kind: 'put_user', account: { ...sampleAccount(), disabled: true } }], start)
      const family = sampleFamily()
      expect(await bench.store.commit(begins(family))).toBe('replayed')
      expect(await bench.store.family(family.id)).toBeUndefined()
    })

    it('a user who signed out a moment ago begins no family, in one turn or another', async () => {
      const family = sampleFamily()
      const ended = bench.store.endSession(family.login.sid, 'signed-out', start)
      expect(await bench.store.commit(begins(family))).toBe('replayed')
      await ended
      expect(await bench.store.family(family.id)).toBeUndefined()
    })
  })
}
