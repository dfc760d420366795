import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ChangedMeanwhile } from '../../src/admin/ports.ts'
import type { Family } from '../../src/core/authorization.ts'
import type { Change, CommitResult, NewDeviceCode } from '../../src/core/ports.ts'
import type { TokenHash } from '../../src/core/token-hash.ts'
import type { SqlStore } from '../../src/store/sql-store.ts'
import {
  begins,
  newId,
  newToken,
  prepare,
  redeems,
  rotates,
  sampleAccount,
  sampleClient,
  sampleDeviceCode,
  sampleFamily,
  sampleKey,
  sampleResourceServer,
  sampleSession,
  start,
} from './samples.ts'

type StoreUnderTest = SqlStore & {
  sweep(now: number): Promise<Readonly<Record<string, number>>>
  close(): Promise<void>
}

/** An empty database that may be opened several times at once. */
export interface Database {
  open(): Promise<StoreUnderTest>
  /** Closes what is open and removes it. */
  dispose(): Promise<void>
}

/** What every engine promises. */
export function storeContract(name: string, create: () => Promise<Database>): void {
  describe(`${name} keeps the store's contract`, () => {
    let database: Database
    let store: StoreUnderTest

    beforeEach(async () => {
      database = await create()
      store = await database.open()
      await prepare(store)
    })
    afterEach(() => database.dispose())

    async function begun(settings: Partial<Family> = {}) {
      const family = sampleFamily(settings)
      const code = newToken()
      await store.commit(begins(family, code))
      return { family, code }
    }

    async function redeemed(settings: Partial<Family> = {}) {
      const { family, code } = await begun(settings)
      const token = newToken()
      await store.commit(redeems(family, code, token))
      return { family, code, token }
    }

    async function isRevoked({ id }: Family): Promise<boolean> {
      return (await store.family(id))?.revoked_at !== undefined
    }

    describe('codes', () => {
      it('a code is found by its id and its hash together, with the family it waits for', async () => {
        const family = sampleFamily()
        const change = begins(family)
        expect(await store.commit(change)).toBe('committed')
        expect(await store.code(change.code.token)).toEqual({ ...change.code, family })
        expect(await store.code({ ...change.code.token, hash: 'of another' })).toBeUndefined()
      })

      it('what an authorization left out is absent when it is read', async () => {
        const { audience: _audience, claims: _claims, ...family } = sampleFamily({ scope: [] })
        await store.commit({ now: start, begins: family, family_expires_at: start + 60 })
        expect(await store.family(family.id)).toStrictEqual(family)
      })

      it('a code is spent once: of 50 concurrent redemptions exactly one commits, the others revoke only its family', async () => {
        const { family, code } = await begun()
        const other = await begun()
        const bought = Array.from({ length: 50 }, () => newToken())
        const results = await Promise.all(bought.map(token => store.commit(redeems(family, code, token))))
        expect(count(results)).toEqual({ committed: 1, replayed: 49 })
        expect(await isRevoked(family)).toBe(true)
        expect(await isRevoked(other.family)).toBe(false)
        const found = await Promise.all(bought.map(token => store.refreshToken(token)))
        expect(found.filter(token => token !== undefined)).toHaveLength(1)
      })

      it('a code is spent once over two connections', async () => {
        const second = await database.open()
        const { family, code } = await begun()
        const results = await Promise.all(
          Array.from({ length: 50 }, (_, i) => (i % 2 ? store : second).commit(redeems(family, code))),
        )
        expect(count(results)).toEqual({ committed: 1, replayed: 49 })
      })

      it('a spent code stays as long as its family, so that a late replay still revokes', async () => {
        const { family, code } = await redeemed()
        await store.sweep(start + 3_600)
        expect((await store.code(code))?.spent_at).toBe(start)
        expect(await store.commit({ ...redeems(family, code), now: start + 3_600 })).toBe('replayed')
        expect(await isRevoked(family)).toBe(true)
      })

      it('a code of a revoked family buys nothing and stays unspent', async () => {
        const { family, code } = await begun()
        await store.revokeFamily(family.id, 'revoked-by-client', start)
        const token = newToken()
        expect(await store.commit(redeems(family, code, token))).toBe('replayed')
        expect(await store.refreshToken(token)).toBeUndefined()
        expect((await store.code(code))?.spent_at).toBeUndefined()
      })

      it('a code that nobody knows, or whose hash differs, is replayed and revokes nothing', async () => {
        const { family, code } = await redeemed()
        const wrong = { ...code, hash: 'of another' }
        expect(await store.commit(redeems(family, newToken()))).toBe('replayed')
        expect(await store.commit(redeems(family, wrong))).toBe('replayed')
        expect(await isRevoked(family)).toBe(false)
      })

      it('spending for another family fails and spends nothing', async () => {
        const { code } = await begun()
        const other = await begun()
        await expect(store.commit(redeems(other.family, code))).rejects.toThrow('another family')
        expect((await store.code(code))?.spent_at).toBeUndefined()
      })
    })

    describe('device codes', () => {
      async function asked(settings: Partial<NewDeviceCode> = {}) {
        const code = sampleDeviceCode(settings)
        expect(await store.addDeviceCode(code, `user code of ${code.token.id}`)).toBe(true)
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
        expect(await store.deviceCode(code.token)).toEqual(code)
        expect(await store.deviceCodeOf(`user code of ${code.token.id}`)).toEqual(code)
        expect(await store.deviceCode({ ...code.token, hash: 'of another' })).toBeUndefined()
        expect(await store.deviceCodeOf('another')).toBeUndefined()
      })

      it('no two have the same user code, and none has a client that is not there', async () => {
        const code = await asked()
        expect(await store.addDeviceCode(sampleDeviceCode(), `user code of ${code.token.id}`)).toBe(false)
        expect(await store.addDeviceCode(sampleDeviceCode({ client_id: 'nobody' }), 'new')).toBe(false)
      })

      it('of ten polls at once over two connections one is in time, and each other lengthens the interval, up to a minute', async () => {
        const second = await database.open()
        const { token } = await asked()
        const polls = await Promise.all(
          Array.from({ length: 10 }, (_, i) => (i % 2 ? store : second).pollDeviceCode(token, start)),
        )
        expect(polls.filter(({ inTime }) => inTime)).toHaveLength(1)
        expect((await store.deviceCode(token))?.interval).toBe(5 + 9 * 5)
        expect(await store.pollDeviceCode(token, start + 50)).toEqual({ inTime: true, interval: 50 })
        for (let times = 0; times < 5; times++) await store.pollDeviceCode(token, start + 50)
        expect((await store.deviceCode(token))?.interval).toBe(60)
      })

      it('it is answered once: of 50 people who allow it and 50 who deny it at once, over two connections', async () => {
        const second = await database.open()
        const code = await asked()
        const answers = await Promise.all(
          Array.from({ length: 50 }, async (_, i) => {
            const own = i % 2 ? store : second
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
        expect(await store.commit(late)).toBe('replayed')
        expect(await store.family(late.begins.id)).toBeUndefined()
        const code = await asked()
        await store.denyDeviceCode(code, 'sub-of-alice', start, { actor: 'user' })
        expect((await store.deviceCode(code.token))?.denied_at).toBe(start)
        expect(await store.commit(allows(code))).toBe('replayed')
      })

      it('it is spent once: of 50 redemptions at once one commits, and its family is revoked', async () => {
        const code = await asked()
        const family = sampleFamily()
        expect(await store.commit(spends(code, family))).toBe('replayed')
        expect(await store.commit(allows(code, family))).toBe('committed')
        expect((await store.deviceCode(code.token))?.family).toEqual(family)
        const results = await Promise.all(Array.from({ length: 50 }, () => store.commit(spends(code, family))))
        expect(count(results)).toEqual({ committed: 1, replayed: 49 })
        expect(await isRevoked(family)).toBe(true)
      })

      it('what nothing came of goes ten minutes after its time; what was allowed, with its family', async () => {
        const alone = await asked()
        const code = await asked()
        const family = sampleFamily()
        await store.commit(allows(code, family))
        await store.commit(spends(code, family))
        await store.sweep(start + 1_199)
        expect(await store.deviceCode(alone.token)).toBeDefined()
        await store.sweep(start + 1_200)
        expect(await store.deviceCode(alone.token)).toBeUndefined()
        expect(await store.deviceCode(code.token)).toBeDefined()
        await store.sweep(start + 8_000)
        expect(await store.deviceCode(code.token)).toBeUndefined()
      })
    })

    describe('parked requests', () => {
      it('a parked request is answered once: the second answer is replayed, writes nothing and revokes nothing', async () => {
        const parked = { id: newId(), expires_at: start + 3_600 }
        const answers = [sampleFamily(), sampleFamily()].map(family => ({ ...begins(family), parked }))
        expect(await Promise.all(answers.map(answer => store.commit(answer)))).toEqual(['committed', 'replayed'])
        const [first, second] = await Promise.all(answers.map(answer => store.code(answer.code.token)))
        expect(first?.family.revoked_at).toBeUndefined()
        expect(second).toBeUndefined()
      })

      it('a parked id that is taken undoes what was spent with it', async () => {
        const parked = { id: newId(), expires_at: start + 3_600 }
        const { family, code } = await begun()
        await store.commit({ now: start, parked })
        expect(await store.commit({ ...redeems(family, code), parked })).toBe('replayed')
        expect((await store.code(code))?.spent_at).toBeUndefined()
        expect(await isRevoked(family)).toBe(false)
      })
    })

    describe('refresh tokens', () => {
      it('of 50 concurrent refreshes one commits and the rest are superseded by its successor', async () => {
        const { family, token } = await redeemed()
        const successors = Array.from({ length: 50 }, () => newToken())
        const results = await Promise.all(successors.map(next => store.commit(rotates(family, token, next))))
        expect(count(results)).toEqual({ committed: 1, superseded: 49 })
        const winner = successors[results.indexOf('committed')]
        expect(await store.refreshToken(token)).toMatchObject({
          spent_at: start,
          successor: { id: winner?.id, salt: `salt-for-${winner?.id}` },
        })
        const found = await Promise.all(successors.map(next => store.refreshToken(next)))
        expect(found.filter(next => next !== undefined)).toHaveLength(1)
        expect(await isRevoked(family)).toBe(false)
      })

      it('of 50 concurrent refreshes over two connections one commits', async () => {
        const second = await database.open()
        const { family, token } = await redeemed()
        const results = await Promise.all(
          Array.from({ length: 50 }, (_, i) => (i % 2 ? store : second).commit(rotates(family, token, newToken()))),
        )
        expect(count(results)).toEqual({ committed: 1, superseded: 49 })
      })

      it('within its grace a superseded refresh token lets an access token be written; it spends nothing', async () => {
        const { family, token } = await redeemed()
        await store.commit(rotates(family, token, newToken()))
        const access = opaque(newToken())
        const repeat = { ...repeats(family, token), access_token: access }
        expect(await store.commit({ ...repeat, now: start + 29 })).toBe('committed')
        expect(await store.accessToken(access.token)).toEqual({ ...access, family })
      })

      it('once its grace is over, a superseded refresh token revokes the family', async () => {
        const { family, token } = await redeemed()
        await store.commit(rotates(family, token, newToken()))
        const access = opaque(newToken())
        expect(await store.commit({ ...repeats(family, token), now: start + 30, access_token: access })).toBe(
          'replayed',
        )
        expect(await isRevoked(family)).toBe(true)
        expect(await store.accessToken(access.token)).toBeUndefined()
      })

      it('a spent refresh token presented after its grace revokes the family', async () => {
        const { family, token } = await redeemed()
        await store.commit(rotates(family, token, newToken()))
        expect(await store.commit(rotates(family, token, newToken(), { now: start + 30 }))).toBe('replayed')
        expect(await isRevoked(family)).toBe(true)
      })

      it('without grace a second refresh revokes at once', async () => {
        const { family, token } = await redeemed()
        await store.commit(rotates(family, token, newToken(), { grace: 0 }))
        expect(await store.commit(rotates(family, token, newToken(), { grace: 0 }))).toBe('replayed')
        expect(await isRevoked(family)).toBe(true)
      })

      it.each<['rotated' | 'kept', (family: Family, token: TokenHash) => Promise<CommitResult>]>([
        ['rotated', (family, token) => store.commit(rotates(family, token, newToken()))],
        ['kept', (family, token) => store.commit(keeps(family, token))],
      ])(
        'once the successor was used (%s), its predecessor has no successor and a replay within the grace revokes',
        async (_, use) => {
          const { family, token } = await redeemed()
          const successor = newToken()
          await store.commit(rotates(family, token, successor))
          expect(await use(family, successor)).toBe('committed')
          expect((await store.refreshToken(token))?.successor).toBeUndefined()
          expect(await store.commit(repeats(family, token))).toBe('replayed')
          expect(await isRevoked(family)).toBe(true)
        },
      )

      it('of a chain of rotations only the last is unspent, and whichever other comes again revokes the family', async () => {
        const { family, token: first } = await redeemed()
        const [second, third] = [newToken(), newToken()]
        await store.commit(rotates(family, first, second, { now: start + 10 }))
        await store.commit(rotates(family, second, third, { now: start + 20 }))
        const found = await Promise.all([first, second, third].map(token => store.refreshToken(token)))
        expect(found.map(token => token?.spent_at)).toEqual([expect.any(Number), start + 20, undefined])
        expect(found.map(token => token?.successor?.id)).toEqual([undefined, third.id, undefined])
        expect(await store.commit(rotates(family, first, newToken(), { now: start + 21 }))).toBe('replayed')
        expect(await isRevoked(family)).toBe(true)
      })

      it('what would repeat a successor is forgotten once the grace is over, and not before', async () => {
        const { family, token } = await redeemed()
        await store.commit(rotates(family, token, newToken()))
        expect(await store.sweep(start + 29)).toMatchObject({ successors: 0 })
        expect((await store.refreshToken(token))?.successor).toBeDefined()
        expect(await store.sweep(start + 30)).toMatchObject({ successors: 1 })
        expect((await store.refreshToken(token))?.successor).toBeUndefined()
      })

      it('a race between repeating a successor and using it never lets both go unnoticed', async () => {
        const { family, token } = await redeemed()
        const successor = newToken()
        await store.commit(rotates(family, token, successor))
        const results = await Promise.all([
          store.commit(rotates(family, successor, newToken())),
          store.commit(repeats(family, token)),
        ])
        expect(results).toEqual(['committed', 'replayed'])
        expect(await isRevoked(family)).toBe(true)
      })

      it('a kept refresh token stays unspent, with a new expiry', async () => {
        const { family, token } = await redeemed()
        expect(await store.commit(keeps(family, token))).toBe('committed')
        expect(await store.refreshToken(token)).toEqual({ token, family, expires_at: start + 9_000 })
      })

      it('a spent refresh token is not kept: it revokes the family', async () => {
        const { family, token } = await redeemed()
        await store.commit(rotates(family, token, newToken()))
        expect(await store.commit(keeps(family, token))).toBe('replayed')
        expect(await isRevoked(family)).toBe(true)
      })

      it('no refresh token of a revoked family is rotated, kept or repeated', async () => {
        const { family, token } = await redeemed()
        const successor = newToken()
        await store.commit(rotates(family, token, successor))
        await store.revokeFamily(family.id, 'signed-out', start)
        const changes = [rotates(family, successor, newToken()), keeps(family, successor), repeats(family, token)]
        expect(await Promise.all(changes.map(change => store.commit(change)))).toEqual(Array(3).fill('replayed'))
        expect((await store.refreshToken(successor))?.spent_at).toBeUndefined()
      })

      it('a refresh token that nobody knows, or whose hash differs, is replayed and revokes nothing', async () => {
        const { family, token } = await redeemed()
        const wrong = { ...token, hash: 'of another' }
        const changes = [
          rotates(family, newToken(), newToken()),
          rotates(family, wrong, newToken()),
          keeps(family, wrong),
          repeats(family, wrong),
        ]
        expect(await Promise.all(changes.map(change => store.commit(change)))).toEqual(Array(4).fill('replayed'))
        expect(await isRevoked(family)).toBe(false)
      })
    })

    describe('families', () => {
      it('revoking is idempotent: the first time stays', async () => {
        const { family } = await begun()
        await store.revokeFamily(family.id, 'signed-out', start + 1)
        await store.revokeFamily(family.id, 'revoked-by-client', start + 2)
        expect((await store.family(family.id))?.revoked_at).toBe(start + 1)
      })

      it('a revoked family gets no new tokens, whatever is asked', async () => {
        const { family } = await begun()
        await store.revokeFamily(family.id, 'signed-out', start)
        const access_token = opaque(newToken())
        expect(await store.commit({ now: start, family_id: family.id, access_token })).toBe('replayed')
        expect(await store.accessToken(access_token.token)).toBeUndefined()
      })

      it('signing out revokes the online families of that session only', async () => {
        const session = sampleSession()
        await store.startSession(session, undefined)
        const login = { ...sampleFamily().login, sid: session.token.id }
        const online = await begun({ login, offline: false })
        const offline = await begun({ login, offline: true })
        const elsewhere = await begun({ offline: false })
        await store.endSession(session.token.id, 'signed-out', start + 5)
        expect(await store.session(session.token)).toBeUndefined()
        const families = await Promise.all([online, offline, elsewhere].map(({ family }) => store.family(family.id)))
        expect(families.map(family => family?.revoked_at)).toEqual([start + 5, undefined, undefined])
      })

      it('a family is kept until the last of what it bought ends, and not much longer', async () => {
        const { family, token } = await redeemed()
        await store.commit({ now: start, family_id: family.id, family_expires_at: start + 9_000 })
        await store.commit({ now: start, family_id: family.id, family_expires_at: start + 100 })
        await store.sweep(start + 8_999)
        expect(await store.family(family.id)).toEqual(family)
        expect(await store.refreshToken(token)).toBeUndefined()
        await store.sweep(start + 10_000)
        expect(await store.family(family.id)).toBeUndefined()
      })

      it('a family whose refresh tokens are rotated is kept for the last of them', async () => {
        const { family, token } = await redeemed()
        const later = { now: start + 7_000 }
        const [second, third] = [newToken(), newToken()]
        await store.commit(rotates(family, token, second, later))
        expect(await store.sweep(start + 14_000)).toMatchObject({ families: 0 })
        expect(await store.commit(rotates(family, second, third, later))).toBe('committed')
        expect(await store.sweep(start + 14_199)).toMatchObject({ families: 0 })
        expect(await store.sweep(start + 14_200)).toMatchObject({ families: 1 })
      })

      it('many that live longer than they first would do not keep one that is over from being swept', async () => {
        const used = await Promise.all(Array.from({ length: 450 }, () => redeemed()))
        const later = { now: start + 7_000 }
        await Promise.all(used.map(({ family, token }) => store.commit(rotates(family, token, newToken(), later))))
        const over = await begun()
        await store.commit({ now: start, family_id: over.family.id, family_expires_at: start + 8_000 })
        expect(await store.sweep(start + 10_000)).toMatchObject({ families: 1 })
        expect(await store.sweep(start + 14_200)).toMatchObject({ families: 450 })
      })
    })

    describe('opaque access tokens and JWT ids', () => {
      it('a client that acts for itself gets a token without a family', async () => {
        const access_token = opaque(newToken())
        await store.commit({ now: start, access_token })
        expect(await store.accessToken(access_token.token)).toStrictEqual(access_token)
      })

      it('a revoked access token is gone; its id alone revokes nothing', async () => {
        const access_token = opaque(newToken())
        await store.commit({ now: start, access_token })
        await store.revokeAccessToken({ ...access_token.token, hash: 'of another' })
        expect(await store.accessToken(access_token.token)).toBeDefined()
        await store.revokeAccessToken(access_token.token)
        expect(await store.accessToken(access_token.token)).toBeUndefined()
      })

      it('a revoked jti is remembered, however often it is revoked, until it would have expired', async () => {
        const jti = newId()
        const isRevoked = () => store.isJtiRevoked(jti, 'job', start)
        expect(await isRevoked()).toBe(false)
        await Promise.all([store.revokeJti(jti, start + 60), store.revokeJti(jti, start + 60)])
        await store.sweep(start + 59)
        expect(await isRevoked()).toBe(true)
        await store.sweep(start + 60)
        expect(await isRevoked()).toBe(false)
      })

      it('what a client was issued until it was deleted ends with it, and never counts for one registered anew', async () => {
        const isRevoked = (iat: number, client_id = 'anew') => store.isJtiRevoked(newId(), client_id, iat)
        const put = { kind: 'put_client', client: sampleClient('anew') } as const
        await store.applyChanges([put], start)
        for (const now of [start + 10, start + 20]) {
          await store.applyChanges([{ kind: 'delete_client', client_id: 'anew' }, put], now)
          expect(await Promise.all([isRevoked(now - 1), isRevoked(now), isRevoked(now + 1)])).toEqual([
            true,
            true,
            false,
          ])
        }
        expect(await isRevoked(start, 'another')).toBe(false)
        await store.sweep(start + 20 + 86_399)
        expect(await isRevoked(start + 20)).toBe(true)
        // No token of then lives any more, so nothing has to be remembered.
        await store.sweep(start + 20 + 86_400)
        expect(await isRevoked(start + 20)).toBe(false)
      })
    })

    describe('consents', () => {
      it('two consents at once add up, and each audience has its own', async () => {
        const consent = { sub: 'sub-of-alice', client_id: 'web', audience: 'https://api.example.com' }
        await Promise.all(
          [
            ['openid', 'a:read'],
            ['openid', 'b:read'],
          ].map(scope => store.commit({ now: start, consent: { ...consent, scope } })),
        )
        expect(await store.consent(consent.sub, 'web', consent.audience)).toEqual(['a:read', 'b:read', 'openid'])
        expect(await store.consent(consent.sub, 'web', '')).toEqual([])
      })
    })

    describe('registrations', () => {
      it('clients, resource servers and accounts are read as they were put', async () => {
        const account = sampleAccount()
        const { password_hash: _hash, ...user } = account
        await store.applyChanges(
          [
            { kind: 'put_resource_server', resourceServer: sampleResourceServer },
            { kind: 'put_user', account },
          ],
          start,
        )
        expect(await store.client('web')).toStrictEqual(sampleClient())
        expect(await store.resourceServer(sampleResourceServer.audience)).toStrictEqual(sampleResourceServer)
        expect(await store.user(account.sub)).toStrictEqual(user)
        expect(await store.accountByLogin('alice')).toStrictEqual(account)
        expect(await store.allClients()).toStrictEqual([sampleClient()])
        expect(await store.allResourceServers()).toStrictEqual([sampleResourceServer])
        expect(await store.allAccounts()).toStrictEqual([account])
      })

      it('a changed client is seen at once, with its new secrets and origins', async () => {
        await store.client('web')
        const changed = { ...sampleClient('web', { web_origins: ['https://app.example.com'] }), secrets: [] }
        await store.applyChanges([{ kind: 'put_client', client: changed }], start)
        expect(await store.client('web')).toStrictEqual(changed)
        expect(await store.isWebOrigin('https://app.example.com')).toBe(true)
        expect(await store.isWebOrigin('https://evil.example.com')).toBe(false)
        await store.applyChanges([{ kind: 'put_client', client: sampleClient() }], start)
        expect(await store.isWebOrigin('https://app.example.com')).toBe(false)
      })

      it('changing a client leaves what it was granted', async () => {
        const { family } = await begun()
        await store.applyChanges([{ kind: 'put_client', client: sampleClient() }], start)
        expect(await store.family(family.id)).toEqual(family)
      })

      it('what another connection changes is seen, though it was cached', async () => {
        const second = await database.open()
        await Promise.all([store.client('web'), store.resourceServer(sampleResourceServer.audience)])
        const version = store.keysVersion()
        const renamed = { ...sampleClient(), client_name: 'Renamed' }
        await second.applyChanges(
          [
            { kind: 'put_client', client: renamed },
            { kind: 'put_resource_server', resourceServer: sampleResourceServer },
          ],
          start,
        )
        expect(await store.client('web')).toStrictEqual(renamed)
        expect(await store.resourceServer(sampleResourceServer.audience)).toBeDefined()
        expect(store.keysVersion()).toBe(version)
        await second.applyChanges([{ kind: 'delete_client', client_id: 'web' }], start)
        expect(await store.client('web')).toBeUndefined()
      })

      it('deleting a client ends its codes, families, tokens and consents, and nobody else’s', async () => {
        await store.applyChanges(
          [{ kind: 'put_client', client: sampleClient('other', { web_origins: ['https://app.example.com'] }) }],
          start,
        )
        const kept = await redeemed()
        const gone = await redeemed({ client_id: 'other' })
        const own = opaque(newToken(), 'other')
        const users = opaque(newToken(), 'other')
        await store.commit({ now: start, access_token: own })
        await store.commit({ now: start, family_id: gone.family.id, access_token: users })
        const consent = { sub: 'sub-of-alice', client_id: 'other', audience: '', scope: ['openid'] }
        await store.commit({ now: start, consent })
        await store.applyChanges([{ kind: 'delete_client', client_id: 'other' }], start)
        const left = await Promise.all([
          store.family(gone.family.id),
          store.code(gone.code),
          store.refreshToken(gone.token),
          store.accessToken(own.token),
          store.accessToken(users.token),
        ])
        expect(left).toEqual(Array(5).fill(undefined))
        expect(await store.consent(consent.sub, 'other', '')).toEqual([])
        expect(await store.isWebOrigin('https://app.example.com')).toBe(false)
        expect(await store.refreshToken(kept.token)).toBeDefined()
      })

      describe('deleting a client that was granted more than one transaction should remove', () => {
        async function deletedLarge() {
          await store.applyChanges(
            [{ kind: 'put_client', client: sampleClient('large', { web_origins: ['https://app.example.com'] }) }],
            start,
          )
          const consent = { sub: 'sub-of-alice', client_id: 'large', audience: '', scope: ['openid'] }
          await store.commit({ now: start, consent })
          const granted = await Promise.all(Array.from({ length: 2_100 }, () => begun({ client_id: 'large' })))
          await store.applyChanges([{ kind: 'delete_client', client_id: 'large' }], start)
          const last = granted.at(-1)
          if (last === undefined || (await store.family(last.family.id)) === undefined) throw new Error('not large')
          return last
        }

        it('lets nobody find the client any more, nor begin anything for it', async () => {
          await deletedLarge()
          expect(await store.client('large')).toBeUndefined()
          expect((await store.allClients()).map(({ client_id }) => client_id)).toEqual(['web'])
          expect(await store.isWebOrigin('https://app.example.com')).toBe(false)
          expect(await store.appsOfUser('sub-of-alice', '', start, 10)).toEqual([])
          expect(await store.commit(begins(sampleFamily({ client_id: 'large' })))).toBe('replayed')
          const access_token = opaque(newToken(), 'large')
          expect(await store.commit({ now: start, access_token })).toBe('replayed')
          expect(await store.isJtiRevoked('any', 'large', start)).toBe(true)
        })

        it('is finished by the sweep', async () => {
          const { family, code } = await deletedLarge()
          const kept = await redeemed()
          expect(await store.sweep(start)).toMatchObject({ families: 0, parts_of_deleted_clients: 1_100 })
          expect([await store.family(family.id), await store.code(code)]).toEqual([undefined, undefined])
          expect(await store.consent('sub-of-alice', 'large', '')).toEqual([])
          expect(await store.refreshToken(kept.token)).toBeDefined()
        })

        it('is finished at once when the name is registered again: nothing comes back with it', async () => {
          const { family, code } = await deletedLarge()
          await store.applyChanges([{ kind: 'put_client', client: sampleClient('large') }], start + 1)
          expect([await store.family(family.id), await store.code(code)]).toEqual([undefined, undefined])
          const anew = await begun({ client_id: 'large' })
          expect(await store.sweep(start + 1)).toMatchObject({ parts_of_deleted_clients: 0 })
          expect(await store.family(anew.family.id)).toBeDefined()
        })
      })

      it('changes are made all or none', async () => {
        const account = sampleAccount('carol')
        const namesake = { ...account, sub: 'another' }
        await expect(
          store.applyChanges(
            [
              { kind: 'put_client', client: sampleClient('other') },
              { kind: 'put_user', account },
              { kind: 'put_user', account: namesake },
            ],
            start,
          ),
        ).rejects.toThrow()
        expect(await store.client('other')).toBeUndefined()
        expect(await store.user(account.sub)).toBeUndefined()
      })

      it('a client that was deleted begins no family', async () => {
        const family = sampleFamily({ client_id: 'gone' })
        expect(await store.commit(begins(family))).toBe('replayed')
        expect(await store.family(family.id)).toBeUndefined()
      })

      it('a user who was disabled begins no family', async () => {
        await store.applyChanges([{ kind: 'put_user', account: { ...sampleAccount(), disabled: true } }], start)
        const family = sampleFamily()
        expect(await store.commit(begins(family))).toBe('replayed')
        expect(await store.family(family.id)).toBeUndefined()
      })

      it('a user who signed out a moment ago begins no family, in one turn or another', async () => {
        const family = sampleFamily()
        const ended = store.endSession(family.login.sid, 'signed-out', start)
        expect(await store.commit(begins(family))).toBe('replayed')
        await ended
        expect(await store.family(family.id)).toBeUndefined()
      })
    })

    describe('changes that were decided upon something', () => {
      const account = sampleAccount('carol')
      const put = { kind: 'put_user', account: { ...account, roles: [] } } as const

      it('are written while it is so, and not when it is otherwise by then', async () => {
        await store.applyChanges([{ kind: 'put_user', account, before: null }], start)
        const stale = { ...account, password_hash: 'another' }
        await expect(store.applyChanges([{ ...put, before: stale }], start)).rejects.toThrow(ChangedMeanwhile)
        await expect(store.applyChanges([{ ...put, before: null }], start)).rejects.toThrow(ChangedMeanwhile)
        expect(await store.accountByLogin('carol')).toStrictEqual(account)
        await store.applyChanges([{ ...put, before: account }], start)
        expect(await store.accountByLogin('carol')).toMatchObject({ roles: [] })
      })

      it('take nothing else of the same changes with them', async () => {
        const client = sampleClient('other')
        const changes = [
          { kind: 'put_client', client, before: null },
          { ...put, before: account },
        ] as const
        await expect(store.applyChanges(changes, start)).rejects.toThrow(ChangedMeanwhile)
        expect(await store.client('other')).toBeUndefined()
      })

      it('of many at once upon the same, one is written', async () => {
        const client = sampleClient('other')
        const changes = Array.from({ length: 10 }, (_, at) => ({ ...client, client_name: `By ${at}` }))
        const settled = await Promise.allSettled(
          changes.map(it => store.applyChanges([{ kind: 'put_client', client: it, before: null }], start)),
        )
        expect(settled.filter(it => it.status === 'fulfilled')).toHaveLength(1)
      })
    })

    describe('password hashes', () => {
      const hashOfAlice = async () => (await store.accountByLogin('alice'))?.password_hash

      beforeEach(() => store.applyChanges([{ kind: 'put_user', account: sampleAccount() }], start))

      it('are renewed from the one that was proven, and sign nobody out', async () => {
        const session = sampleSession()
        await store.startSession(session, undefined)
        const from = (await hashOfAlice()) ?? ''
        expect(await store.renewPasswordHash('sub-of-alice', from, 'renewed')).toBe(true)
        expect(await hashOfAlice()).toBe('renewed')
        expect(await store.session(session.token)).toBeDefined()
      })

      it('are not renewed over a password that was changed meanwhile', async () => {
        const from = (await hashOfAlice()) ?? ''
        const [, renewed] = await Promise.all([
          store.changePassword({ sub: 'sub-of-alice', to: 'changed' }, start),
          store.renewPasswordHash('sub-of-alice', from, 'renewed'),
        ])
        expect(renewed).toBe(false)
        expect(await hashOfAlice()).toBe('changed')
        expect(await store.renewPasswordHash('sub-of-nobody', 'changed', 'renewed')).toBe(false)
      })

      it('of many renewals at once, one is written', async () => {
        const from = (await hashOfAlice()) ?? ''
        const all = await Promise.all(
          Array.from({ length: 10 }, (_, at) => store.renewPasswordHash('sub-of-alice', from, `renewed ${at}`)),
        )
        expect(all.filter(Boolean)).toHaveLength(1)
      })
    })

    describe('sessions', () => {
      it('a session is found by its id and its hash together, and remembers its last use', async () => {
        const session = sampleSession()
        await store.startSession(session, undefined)
        expect(await store.session(session.token)).toStrictEqual(session)
        expect(await store.session({ ...session.token, hash: 'of another' })).toBeUndefined()
        await store.touchSession(session.token.id, start + 7)
        expect((await store.session(session.token))?.last_used_at).toBe(start + 7)
      })

      it('when the same user signs in again, online families go on under the new session', async () => {
        const { old, family, next } = await replacedSession('sub-of-alice')
        expect(await store.session(old.token)).toBeUndefined()
        const moved = await store.family(family.id)
        expect(moved?.revoked_at).toBeUndefined()
        expect(moved?.login.sid).toBe(next.token.id)
        await store.endSession(next.token.id, 'signed-out', start)
        expect(await isRevoked(family)).toBe(true)
      })

      it('when somebody else signs in, the online families of the session that was are revoked', async () => {
        await store.applyChanges([{ kind: 'put_user', account: sampleAccount('bob') }], start)
        const { old, family } = await replacedSession('sub-of-bob')
        expect(await store.session(old.token)).toBeUndefined()
        expect(await isRevoked(family)).toBe(true)
      })

      async function replacedSession(sub: string) {
        const old = sampleSession()
        await store.startSession(old, undefined)
        const { family } = await begun({ offline: false, login: { ...sampleFamily().login, sid: old.token.id } })
        const next = sampleSession(sub)
        await store.startSession(next, old.token.id)
        return { old, family, next }
      }
    })

    describe('throttles', () => {
      it('parallel guesses each see their own count', async () => {
        const counts = await Promise.all(Array.from({ length: 50 }, () => store.countAttempts(['account'], 7)))
        expect(counts.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
      })

      it('each bucket counts by itself, and a new window starts at one', async () => {
        await store.countAttempts(['account'], 7)
        expect(await store.countAttempts(['account', 'address'], 7)).toEqual([2, 1])
        expect(await store.countAttempts(['account', 'address'], 8)).toEqual([1, 1])
      })

      it('a clock that lags does not reset a newer window', async () => {
        await store.countAttempts(['account'], 8)
        expect(await store.countAttempts(['account'], 7)).toEqual([2])
        expect(await store.countAttempts(['account'], 8)).toEqual([3])
      })

      it('a refund takes one back, never below zero and never of another window', async () => {
        await store.countAttempts(['account'], 7)
        await store.refundAttempts(['account'], 6)
        expect(await store.countAttempts(['account'], 7)).toEqual([2])
        for (let i = 0; i < 5; i++) await store.refundAttempts(['account', 'never counted'], 7)
        expect(await store.countAttempts(['account', 'never counted'], 7)).toEqual([1, 1])
      })
    })

    describe('signing keys', () => {
      it('keys are replaced only by whoever knew them as they were', async () => {
        const first = [sampleKey(), { ...sampleKey('retired'), retired_at: start }]
        const second = [sampleKey()]
        expect(await Promise.all([store.replaceKeys([], first), store.replaceKeys([], second)])).toEqual([true, false])
        expect(await store.keys()).toStrictEqual(first)
        expect(await store.replaceKeys(first, second)).toBe(true)
        expect(await store.keys()).toStrictEqual(second)
      })

      it('a key whose status has changed is not as it was', async () => {
        const key = sampleKey('next')
        await store.replaceKeys([], [key])
        expect(await store.replaceKeys([{ ...key, status: 'current' }], [])).toBe(false)
      })

      it('their version changes when this process or another replaces them, and not otherwise', async () => {
        const second = await database.open()
        const versions = [store.keysVersion()]
        await store.replaceKeys([], [sampleKey()])
        versions.push(store.keysVersion())
        await second.replaceKeys(await second.keys(), [])
        versions.push(store.keysVersion())
        expect(new Set(versions).size).toBe(3)
        await second.replaceKeys([sampleKey()], [])
        await second.setMeta('other', 'thing')
        expect(store.keysVersion()).toBe(versions.at(-1))
      })
    })

    it('of two values for one name the first stays, and both hear of it', async () => {
      const second = await database.open()
      expect(await store.meta('issuer')).toBeUndefined()
      expect(await Promise.all([store.setMeta('issuer', 'a'), second.setMeta('issuer', 'b')])).toEqual(['a', 'a'])
      expect(await second.meta('issuer')).toBe('a')
    })

    it('a write that fails leaves nothing and spoils none of those made in the same turn', async () => {
      const family = sampleFamily()
      const families = [family, sampleFamily({ id: family.id }), sampleFamily()]
      const parked = { id: newId(), expires_at: start + 60 }
      const results = await Promise.allSettled(
        families.map((family, i) => store.commit({ ...begins(family), ...(i === 1 ? { parked } : {}) })),
      )
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(await store.commit({ now: start, parked })).toBe('committed')
    })

    it('what is over is swept in batches, and nothing else goes', async () => {
      const session = sampleSession()
      const access_token = opaque(newToken())
      const kept = await redeemed()
      await Promise.all(Array.from({ length: 1_100 }, () => begun()))
      await store.startSession(session, undefined)
      await store.countAttempts(['account'], 7)
      await store.commit({ now: start, parked: { id: 'parked', expires_at: start + 60 }, access_token })
      expect(await store.sweep(start + 59)).toMatchObject({ families: 0, parked: 0, access_tokens: 0, sessions: 0 })
      expect(await store.sweep(start + 60)).toMatchObject({ families: 1_100, parked: 1, access_tokens: 1, sessions: 0 })
      expect(await store.refreshToken(kept.token)).toBeDefined()
      expect(await store.session(session.token)).toBeDefined()
      await store.commit(rotates(kept.family, kept.token, newToken(), { now: start + 60 }))
      expect(await store.sweep(start + 2 * 86_400)).toMatchObject({
        refresh_tokens: 2,
        families: 1,
        sessions: 2,
        throttles: 1,
      })
    })

    it('an assertion is spent once, by whichever of two processes is first, until it has expired', async () => {
      const second = await database.open()
      const spent = await Promise.all(
        Array.from({ length: 50 }, (_, i) => (i % 2 ? store : second).spendAssertion('assertion', start + 60)),
      )
      expect(spent.filter(Boolean)).toHaveLength(1)
      expect(await store.sweep(start + 59)).toMatchObject({ assertion_jtis: 0 })
      expect(await second.spendAssertion('assertion', start + 90)).toBe(false)
      expect(await store.sweep(start + 60)).toMatchObject({ assertion_jtis: 1 })
      expect(await second.spendAssertion('assertion', start + 120)).toBe(true)
    })

    it('what was committed is there when the data is opened again, and writes after closing are refused', async () => {
      const { family, code } = await begun()
      await store.close()
      await expect(store.revokeFamily(family.id, 'signed-out', start)).rejects.toThrow('closed')
      store = await database.open()
      expect((await store.code(code))?.family).toEqual(family)
    })

    it('closing commits what waits', async () => {
      const family = sampleFamily()
      const waiting = store.commit(begins(family))
      await store.close()
      expect(await waiting).toBe('committed')
      store = await database.open()
      expect(await store.family(family.id)).toEqual(family)
    })
  })
}

function opaque(token: TokenHash, client_id = 'web') {
  return { token, client_id, scope: ['catalog:read'], issued_at: start, expires_at: start + 60 }
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

function count(results: readonly CommitResult[]): Partial<Record<CommitResult, number>> {
  const counts: Partial<Record<CommitResult, number>> = {}
  for (const result of results) counts[result] = (counts[result] ?? 0) + 1
  return counts
}
