import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, randomBytes, sign } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { calculateJwkThumbprint, createLocalJWKSet, type JSONWebKeySet, type JWK, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type KeyRing, openKeyRing } from '../../src/keys/key-ring.ts'
import { rotateKeys } from '../../src/keys/rotate.ts'
import { createSealer } from '../../src/keys/seal.ts'
import type { SqliteStore } from '../../src/store/sqlite.ts'
import { type TemporaryDatabase, temporaryDatabase } from '../store/temporary-database.ts'

const sealer = createSealer(randomBytes(32))
const start = 1_700_000_000
let now = start
const clock = { now: () => now }
const databases: TemporaryDatabase[] = []
let store: SqliteStore
let ring: KeyRing

async function newDatabase(): Promise<TemporaryDatabase> {
  const database = await temporaryDatabase()
  databases.push(database)
  return database
}

const newStore = async (): Promise<SqliteStore> => (await newDatabase()).open({ clock })

beforeAll(async () => {
  await fresh()
})
beforeEach(() => {
  now = start
})
afterAll(async () => {
  await Promise.all(databases.map(database => database.dispose()))
})

async function fresh(): Promise<void> {
  now = start
  store = await newStore()
  ring = await openKeyRing({ store, sealer, clock })
}

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

const published = (): JSONWebKeySet => ({ keys: ring.jwks().keys.map(key => ({ ...key }) as unknown as JWK) })

const kidOf = (jws: string): unknown => JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString())['kid']

const currentKid = async (alg: string): Promise<string> =>
  (await store.keys()).find(key => key.alg === alg && key.status === 'current')?.kid ?? ''

describe('signing', () => {
  test.each(['ES256', 'RS256', 'EdDSA', 'Ed25519'])('%s is verified by jose with the published keys', async alg => {
    for (let i = 0; i < (alg === 'ES256' ? 600 : 5); i++) {
      const jws = await ring.sign(alg, 'at+jwt', { sub: 'ålice', i })
      const { payload, protectedHeader } = await jwtVerify(jws, createLocalJWKSet(published()), { typ: 'at+jwt' })
      expect(payload).toEqual({ sub: 'ålice', i })
      expect(protectedHeader).toEqual({ alg, typ: 'at+jwt', kid: await currentKid(alg === 'EdDSA' ? 'Ed25519' : alg) })
    }
  })

  test('two names and two types of one key keep their own headers', async () => {
    for (const [alg, typ] of [
      ['EdDSA', 'JWT'],
      ['Ed25519', 'at+jwt'],
      ['Ed25519', 'JWT'],
      ['EdDSA', 'at+jwt'],
    ] as const) {
      const [header = ''] = (await ring.sign(alg, typ, {})).split('.')
      expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ alg, typ })
    }
  })

  test.each(['none', 'HS256', 'PS256', 'ES384', '', 'es256', '__proto__'])('%j is not signed', async alg => {
    await expect(ring.sign(alg, 'JWT', {})).rejects.toThrow()
  })
})

describe('the published keys', () => {
  test('hold no private member, and only an OKP key has no alg', () => {
    const { keys } = ring.jwks()
    expect(keys).toHaveLength(6)
    for (const key of keys) {
      const members = { EC: ['crv', 'x', 'y'], RSA: ['e', 'n'], OKP: ['crv', 'x'] }[String(key['kty'])] ?? []
      expect(Object.keys(key).sort()).toEqual(
        [...members, ...(key['kty'] === 'OKP' ? [] : ['alg']), 'kid', 'kty', 'use'].sort(),
      )
      expect(key['use']).toBe('sig')
    }
  })

  test('RFC 7638: kid is the thumbprint', async () => {
    for (const key of published().keys) expect(key.kid).toBe(await calculateJwkThumbprint(key))
  })

  test('the private half is nowhere in the store', async () => {
    for (const key of await store.keys()) {
      expect(key.public_jwk).toEqual(ring.jwks().keys.find(jwk => jwk['kid'] === key.kid))
      expect(sealer.open('signing-key', key.sealed, key.kid)).toContain('"d":')
      expect(sealer.open('signing-key', key.sealed, 'other')).toBeUndefined()
      expect(key.public_jwk).not.toHaveProperty('d')
    }
  })
})

describe('verifying', () => {
  test.each(['ES256', 'RS256', 'EdDSA', 'Ed25519'])('what was signed by %s is answered', async alg => {
    expect(await ring.verify(await ring.sign(alg, 'JWT', { sub: 'a' }), 'JWT')).toEqual({ sub: 'a' })
  })

  test('RFC 8725 §3.11: another typ is refused', async () => {
    expect(await ring.verify(await ring.sign('ES256', 'JWT', {}), 'at+jwt')).toBeUndefined()
    expect(await ring.verify(await ring.sign('ES256', 'at+jwt', {}), 'JWT')).toBeUndefined()
  })

  test('a changed payload, header or signature is refused', async () => {
    const [header, payload, signature] = (await ring.sign('ES256', 'JWT', { sub: 'a' })).split('.')
    const [other, , foreign] = (await ring.sign('ES256', 'at+jwt', { sub: 'a' })).split('.')
    for (const forged of [
      `${header}.${encode({ sub: 'b' })}.${signature}`,
      `${other}.${payload}.${signature}`,
      `${header}.${payload}.${foreign}`,
    ]) {
      expect(await ring.verify(forged, 'JWT')).toBeUndefined()
      expect(await ring.verify(forged, 'at+jwt')).toBeUndefined()
    }
  })

  test('CVE-2022-21449: a signature of zeros is refused', async () => {
    const [header, payload] = (await ring.sign('ES256', 'JWT', {})).split('.')
    const zeros = Buffer.alloc(64).toString('base64url')
    expect(await ring.verify(`${header}.${payload}.${zeros}`, 'JWT')).toBeUndefined()
  })

  test.each(['none', 'None', 'NONE', 'nOnE', ''])('RFC 8725 §2.1: alg %j is refused', async alg => {
    const kid = await currentKid('ES256')
    const unsigned = `${encode({ alg, typ: 'JWT', kid })}.${encode({ sub: 'mallory' })}`
    for (const signature of ['', '.', '.AA']) expect(await ring.verify(unsigned + signature, 'JWT')).toBeUndefined()
  })

  test.each(['ES256', 'RS256', 'Ed25519'])(
    'RFC 8725 §2.1: HMAC with the public key of %s as its secret is refused',
    async alg => {
      const stored = (await store.keys()).find(key => key.alg === alg)
      const jwk = { ...stored?.public_jwk }
      const publicKey = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
      const secrets = [
        publicKey.export({ format: 'pem', type: 'spki' }),
        publicKey.export({ format: 'der', type: 'spki' }),
        JSON.stringify(jwk),
        JSON.stringify(stored?.public_jwk),
      ]
      for (const name of ['HS256', alg]) {
        const input = `${encode({ alg: name, typ: 'JWT', kid: stored?.kid })}.${encode({ sub: 'mallory' })}`
        for (const secret of secrets) {
          const mac = createHmac('sha256', secret).update(input).digest('base64url')
          expect(await ring.verify(`${input}.${mac}`, 'JWT')).toBeUndefined()
        }
      }
    },
  )

  const attacker = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const forge = (header: object): string => {
    const input = `${encode(header)}.${encode({ sub: 'mallory' })}`
    const key = { key: attacker.privateKey, dsaEncoding: 'ieee-p1363' } as const
    return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
  }

  test('RFC 8725 §3.10: keys and addresses of keys in the header are not looked at', async () => {
    const jwk = attacker.publicKey.export({ format: 'jwk' })
    const own = await calculateJwkThumbprint(jwk as JWK)
    for (const kid of [await currentKid('ES256'), own, undefined, null, 1, ['x'], '__proto__', 'constructor']) {
      for (const extra of [
        { jwk },
        { jku: 'https://evil.example/jwks' },
        { x5c: ['AA=='] },
        { x5u: 'https://e' },
        {},
      ]) {
        expect(await ring.verify(forge({ alg: 'ES256', typ: 'JWT', kid, ...extra }), 'JWT')).toBeUndefined()
      }
    }
  })

  test('a header that names the key but another of our algorithms is refused', async () => {
    const [es, rs, ed] = [await currentKid('ES256'), await currentKid('RS256'), await currentKid('Ed25519')]
    for (const [alg, kid] of [
      ['ES256', rs],
      ['ES256', ed],
      ['RS256', es],
      ['EdDSA', es],
      ['Ed25519', rs],
      ['ES384', es],
      ['PS256', rs],
      [['ES256'], es],
    ]) {
      expect(await ring.verify(forge({ alg, typ: 'JWT', kid }), 'JWT')).toBeUndefined()
    }
  })

  test.each([
    '',
    '.',
    '..',
    '...',
    'a.b.c',
    'e30.e30.e30',
    `${encode('null')}.e30.AA`,
    `${encode('[]')}.e30.AA`,
    `${encode('{')}.e30.AA`,
    'x'.repeat(10_000),
    '☂.☂.☂',
  ])('garbage is refused without an error: %#', async garbage => {
    expect(await ring.verify(garbage, 'JWT')).toBeUndefined()
  })

  test('a token has one spelling only', async () => {
    const jws = await ring.sign('ES256', 'JWT', {})
    const [header, payload, signature] = jws.split('.')
    for (const other of [
      `${jws}.`,
      `.${jws}`,
      ` ${jws}`,
      `${jws}\n`,
      `${jws}=`,
      `${jws}==`,
      `${header}=.${payload}.${signature}`,
      `${jws}.${signature}`,
    ]) {
      expect(await ring.verify(other, 'JWT')).toBeUndefined()
    }
  })
})

describe('what only the holder of a key could send', () => {
  /** Signs any header and payload with the real private key, unsealed by hand. */
  async function signed(header: object, payload: unknown): Promise<string> {
    const stored = (await store.keys()).find(key => key.alg === 'Ed25519' && key.status === 'current')
    const key = JSON.parse(sealer.open('signing-key', stored?.sealed ?? '', stored?.kid ?? '') ?? '')
    const input = `${encode({ kid: stored?.kid, ...header })}.${encode(payload)}`
    return `${input}.${sign(null, Buffer.from(input), { key, format: 'jwk' }).toString('base64url')}`
  }

  test('is read', async () => {
    expect(await ring.verify(await signed({ alg: 'Ed25519', typ: 'JWT' }, { a: 1 }), 'JWT')).toEqual({ a: 1 })
  })

  test('RFC 9068 §4: application/at+jwt is at+jwt, and nothing else is', async () => {
    const long = await signed({ alg: 'EdDSA', typ: 'application/at+jwt' }, { a: 1 })
    expect(await ring.verify(long, 'at+jwt')).toEqual({ a: 1 })
    expect(await ring.verify(long, 'JWT')).toBeUndefined()
    for (const typ of ['application/JWT', 'jwt', 'AT+JWT', '', null, undefined, ['JWT']]) {
      const jws = await signed({ alg: 'EdDSA', typ }, {})
      expect(await ring.verify(jws, 'JWT')).toBeUndefined()
      expect(await ring.verify(jws, 'at+jwt')).toBeUndefined()
    }
  })

  test('RFC 7515 §4.1.11: crit is refused', async () => {
    for (const crit of [['b64'], ['exp'], [], '', null, false]) {
      expect(await ring.verify(await signed({ alg: 'EdDSA', typ: 'JWT', crit }, {}), 'JWT')).toBeUndefined()
    }
  })

  test.each(['[]', 'null', '1', '"a"', '{', ''])('a payload %j that is no object is refused', async payload => {
    expect(await ring.verify(await signed({ alg: 'EdDSA', typ: 'JWT' }, payload), 'JWT')).toBeUndefined()
  })
})

describe('first start', () => {
  test('makes a current and a next key of each algorithm, and a second start makes none', async () => {
    await fresh()
    const first = await store.keys()
    expect(first.map(key => `${key.alg} ${key.status}`).sort()).toEqual([
      'ES256 current',
      'ES256 next',
      'Ed25519 current',
      'Ed25519 next',
      'RS256 current',
      'RS256 next',
    ])
    await openKeyRing({ store, sealer, clock })
    expect(await store.keys()).toEqual(first)
  })

  test('of two processes at once agrees on one set', async () => {
    const database = await newDatabase()
    const [one, two] = [await database.open({ clock }), await database.open({ clock })]
    const [a, b] = await Promise.all([
      openKeyRing({ store: one, sealer, clock }),
      openKeyRing({ store: two, sealer, clock }),
    ])
    expect(a.jwks()).toEqual(b.jwks())
    expect(await two.keys()).toHaveLength(6)
    expect(await b.verify(await a.sign('ES256', 'JWT', { a: 1 }), 'JWT')).toEqual({ a: 1 })
  })

  test('with another secret is refused with the mend, and makes no keys', async () => {
    const before = await store.keys()
    const wrong = { store, sealer: createSealer(randomBytes(32)), clock }
    await expect(openKeyRing(wrong)).rejects.toThrow(/Start with the GRANTWISE_SECRET.*DATA_DIR\/secret/)
    await expect(rotateKeys(wrong)).rejects.toThrow(/GRANTWISE_SECRET/)
    expect(await store.keys()).toEqual(before)
  })

  test('with another secret and an algorithm missing adds nothing either', async () => {
    const partial = await newStore()
    await partial.replaceKeys(
      [],
      (await store.keys()).filter(key => key.alg !== 'ES256'),
    )
    await expect(openKeyRing({ store: partial, sealer: createSealer(randomBytes(32)), clock })).rejects.toThrow(
      /secret/,
    )
    expect(await partial.keys()).toHaveLength(4)
    const mended = await openKeyRing({ store: partial, sealer, clock })
    expect(mended.jwks().keys).toHaveLength(6)
  })

  test('a public key that was swapped in the database is neither used nor published', async () => {
    const tampered = await newStore()
    const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
    await tampered.replaceKeys(
      [],
      (await store.keys()).map(key => ({ ...key, public_jwk: { ...foreign, kid: key.kid } })),
    )
    expect((await openKeyRing({ store: tampered, sealer, clock })).jwks()).toEqual(ring.jwks())
  })
})

describe('rotation', () => {
  beforeEach(fresh)
  const rotate = (alg?: 'ES256' | 'RS256' | 'Ed25519'): Promise<void> => rotateKeys({ store, sealer, clock }, alg)
  const sign = (): Promise<string> => ring.sign('Ed25519', 'JWT', { a: 1 })

  test('promotes the next, keeps the retired for what it signed, and is seen without a restart', async () => {
    const before = await sign()
    const next = (await store.keys()).find(key => key.alg === 'Ed25519' && key.status === 'next')?.kid
    now += 1000
    await rotate('Ed25519')
    const after = await sign()
    expect(kidOf(after)).toBe(next)
    expect(kidOf(after)).not.toBe(kidOf(before))
    expect(await ring.verify(before, 'JWT')).toEqual({ a: 1 })
    expect(ring.jwks().keys).toHaveLength(7)
    expect((await store.keys()).find(key => key.kid === kidOf(before))).toMatchObject({ retired_at: now })
  })

  test('of one algorithm leaves the others alone', async () => {
    const kid = await currentKid('RS256')
    await rotate('Ed25519')
    expect(await currentKid('RS256')).toBe(kid)
    await rotate()
    expect(await currentKid('RS256')).not.toBe(kid)
  })

  test('twice in a row signs with a key that every cached key set holds, until the new one is known', async () => {
    await ring.ready()
    const cached = new Set(ring.jwks().keys.map(key => key['kid']))
    const signers = new Set<unknown>()
    for (let i = 0; i < 4; i++) {
      now += 1
      await rotate('Ed25519')
      const jws = await sign()
      expect(cached).toContain(kidOf(jws))
      signers.add(kidOf(jws))
    }
    expect(signers.size).toBe(1)
    now += ring.maxAge
    expect(kidOf(await sign())).toBe(await currentKid('Ed25519'))
  })

  test('a key made by a rotation waits for as long as a key set may be cached', async () => {
    await rotate('Ed25519')
    const next = (await store.keys()).find(key => key.alg === 'Ed25519' && key.status === 'next')
    expect(next).toMatchObject({ created_at: now, signs_from: now + ring.maxAge })
  })

  test('drops a retired key 90 days later, and not before', async () => {
    const old = await sign()
    await rotate('Ed25519')
    now += 90 * 86_400 - 1
    await rotate('ES256')
    expect(await ring.verify(old, 'JWT')).toEqual({ a: 1 })
    now += 1
    await rotate('ES256')
    expect(await ring.verify(old, 'JWT')).toBeUndefined()
  })

  test('by two processes at once is one rotation', async () => {
    const next = (await store.keys()).find(key => key.alg === 'ES256' && key.status === 'next')?.kid
    await Promise.all([rotate('ES256'), rotate('ES256')])
    expect(await currentKid('ES256')).toBe(next)
    expect((await store.keys()).filter(key => key.alg === 'ES256')).toHaveLength(3)
  })

  test('by two processes at once of two algorithms is both', async () => {
    const [es256, ed25519] = [await currentKid('ES256'), await currentKid('Ed25519')]
    await Promise.all([rotate('ES256'), rotate('Ed25519')])
    expect(await currentKid('ES256')).not.toBe(es256)
    expect(await currentKid('Ed25519')).not.toBe(ed25519)
  })

  test('by another process is seen at the next turn', async () => {
    const database = await newDatabase()
    const [here, there] = [await database.open({ clock }), await database.open({ clock })]
    const server = await openKeyRing({ store: here, sealer, clock })
    const before = kidOf(await server.sign('ES256', 'JWT', {}))
    await rotateKeys({ store: there, sealer, clock })
    await setImmediate()
    expect(kidOf(await server.sign('ES256', 'JWT', {}))).not.toBe(before)
    expect(server.jwks().keys).toHaveLength(9)
  })

  test('is read once however many ask', async () => {
    await rotate('ES256')
    const read = vi.spyOn(store, 'keys')
    await Promise.all([sign(), sign(), ring.verify('x', 'JWT'), ring.ready(), sign()])
    expect(read).toHaveBeenCalledTimes(1)
    await sign()
    expect(read).toHaveBeenCalledTimes(1)
  })

  test('a failed read is tried again', async () => {
    await rotate('Ed25519')
    vi.spyOn(store, 'keys').mockRejectedValueOnce(new Error('disk gone'))
    await expect(sign()).rejects.toThrow('disk gone')
    expect(kidOf(await sign())).toBe(await currentKid('Ed25519'))
  })
})
