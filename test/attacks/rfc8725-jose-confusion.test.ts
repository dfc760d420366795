import { createHmac, createPublicKey, type KeyObject } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { deflateRawSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { rotateKeys } from '../../src/keys/rotate.ts'
import { authorizeUrl, type Browser, openBrowser } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import {
  basic,
  clientCredentials,
  get,
  introspect,
  isAlive,
  obtainTokens,
  post,
  refresh,
  revoke,
  type Tokens,
  userinfo,
} from '../support/token.ts'
import { api } from '../support/world.ts'
import { type Alg, compact, encode, type Json, kidOf, ownKey, partsOf, signWith, stealKey } from './forge.ts'

/** Rule 8, RFC 8725: algorithms and types are listed for each use, keys are the server's own alone. */

let server: TestServer
let tokens: Tokens
let alice: Browser
/** A token that the demo API takes. */
let forDemo: string
const own = { ES256: ownKey('ES256'), RS256: ownKey('RS256'), Ed25519: ownKey('Ed25519') }
let fetched = 0
const keyServer = createServer((_request, response) => {
  fetched++
  const keys = (['ES256', 'RS256'] as const).map(alg => ({ ...jwkOf(own[alg].publicKey), kid: 'evil', alg }))
  response.end(JSON.stringify({ keys }))
})

beforeAll(async () => {
  server = await startServer({ config: { dev: true } })
  alice = openBrowser()
  tokens = await obtainTokens(server.issuer, {}, alice)
  const job = basic('demo-job', 'demo-job-secret-that-everybody-knows')
  forDemo = String((await clientCredentials(server.issuer, {}, job)).body['access_token'])
  await new Promise<void>(resolve => keyServer.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await new Promise(resolve => keyServer.close(resolve))
  await server.close()
})

const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' })

/** Every place that takes an access token: whether it took this one. */
const accessTokenUses: Record<string, (token: string) => Promise<boolean>> = {
  'userinfo, header': async token => (await userinfo(server.issuer, token)).status === 200,
  'userinfo, form': async access_token => (await post(`${server.issuer}/userinfo`, { access_token })).status === 200,
  'introspection, its client': token => isAlive(server.issuer, token),
  'introspection, its API': async token =>
    (await introspect(server.issuer, token, 'api-server')).body['active'] === true,
}

/** Every place that takes an ID Token. */
const idTokenUses: Record<string, (token: string) => Promise<boolean>> = {
  'id_token_hint at authorize': async id_token_hint =>
    (await alice.get(authorizeUrl(server.issuer, { prompt: 'none', id_token_hint }))).location?.searchParams.has(
      'code',
    ) === true,
  // With a hint that counts and no way back registered, it shows that alice signed out of nothing.
  'id_token_hint at logout': async id_token_hint =>
    (await openBrowser().get(`${server.issuer}/logout?${new URLSearchParams({ id_token_hint })}`)).status === 200,
}

const takesDemo = async (token: string) =>
  (await get(`${server.issuer}/demo/api/v1/albums`, { authorization: `Bearer ${token}` })).status === 200

type Forge = (genuine: string) => Promise<string> | string

/** Where tokens are taken that are like the genuine ones but for `forge`. */
async function takenAt(forge: Forge): Promise<readonly string[]> {
  const taken = await Promise.all([
    takenBy(accessTokenUses, await forge(tokens.access_token)),
    takenBy(idTokenUses, await forge(tokens.id_token)),
    takenBy({ 'demo API': takesDemo }, await forge(forDemo)),
  ])
  return taken.flat()
}

async function takenBy(uses: typeof accessTokenUses, token: string): Promise<readonly string[]> {
  const taken: string[] = []
  // In order: the last one signs out.
  for (const [use, takes] of Object.entries(uses)) if (await takes(token)) taken.push(use)
  return taken
}

async function refusedEverywhere(forge: Forge): Promise<void> {
  expect(await takenAt(forge)).toEqual([])
  // Nor does it end what it is like.
  expect((await revoke(server.issuer, await forge(tokens.access_token))).status).toBe(200)
  expect(await isAlive(server.issuer, tokens.access_token)).toBe(true)
}

/** The same token again, signed by the server's own key under this header. */
const resigned =
  (change: (header: Json) => unknown, claims: (claims: Json) => unknown = it => it) =>
  async (genuine: string): Promise<string> => {
    const { header, claims: said } = partsOf(genuine)
    const { sign } = await stealKey(server, String(header['kid']))
    return compact(change(header), claims(said), sign)
  }

/** The same claims, signed by whom and under what the attacker can. */
const forged = (make: (header: Json, claims: Json) => string) => (genuine: string) => {
  const { header, claims } = partsOf(genuine)
  return make(header, claims)
}

async function published(): Promise<Record<string, string>[]> {
  return (await get(`${server.issuer}/.well-known/jwks.json`)).body['keys'] as Record<string, string>[]
}

const everywhere = [...Object.keys(accessTokenUses), ...Object.keys(idTokenUses), 'demo API']

describe('what nobody forged', () => {
  // A hint that is taken signs alice out.
  afterEach(async () => {
    tokens = await obtainTokens(server.issuer, {}, alice)
  })

  test('is taken everywhere', async () => {
    expect(await takenAt(genuine => genuine)).toEqual(everywhere)
  })

  test('is taken everywhere when the server’s own key signs it once more', async () => {
    expect(await takenAt(resigned(header => header))).toEqual(everywhere)
  })
})

describe('RFC 8725 §2.1, §3.1: the algorithm is not the token’s to choose', () => {
  const algs = ['none', 'None', 'NONE', 'nOnE', '', null, 0, false, [], ['none'], {}, undefined]
  test.each(algs)('alg %j, with no signature and with the genuine one', async alg => {
    for (const signature of ['', undefined]) {
      const forge = (genuine: string) => {
        const { header, claims, signature: good } = partsOf(genuine)
        return compact({ ...header, alg }, claims, () => signature ?? good)
      }
      await refusedEverywhere(forge)
    }
  })

  test.each(['HS256', 'HS384', 'HS512'])('%s with a published key as the secret (CVE-2015-9235)', async alg => {
    const digest = `sha${alg.slice(2)}`
    for (const jwk of await published()) {
      const key = createPublicKey({ key: jwk, format: 'jwk' })
      const pem = key.export({ type: 'spki', format: 'pem' }).toString()
      const der = key.export({ type: 'spki', format: 'der' })
      for (const secret of [pem, pem.trim(), der, JSON.stringify(jwk), jwk['n'] ?? jwk['x'] ?? '', '']) {
        const forge = forged((header, claims) =>
          compact({ ...header, alg, kid: jwk['kid'] }, claims, signed =>
            createHmac(digest, secret).update(signed).digest('base64url'),
          ),
        )
        const { access, hint } = { access: forge(tokens.access_token), hint: forge(tokens.id_token) }
        expect(await isAlive(server.issuer, access)).toBe(false)
        expect(await idTokenUses['id_token_hint at logout']?.(hint)).toBe(false)
      }
    }
  })

  test.each([
    ['ES256', 'ES256'],
    ['RS256', 'RS256'],
    ['Ed25519', 'Ed25519'],
    ['Ed25519', 'EdDSA'],
    ['RS256', 'PS256'],
    ['RS256', 'ES256'],
    ['ES256', 'RS256'],
    ['ES256', 'Ed25519'],
  ] as const)('signed by an %s key of the attacker, called %s, under every kid there is', async (with_, alg) => {
    for (const { kid } of await published()) {
      const forge = forged((header, claims) =>
        compact({ ...header, alg, kid }, claims, signWith(with_, own[with_].privateKey)),
      )
      expect(await isAlive(server.issuer, forge(tokens.access_token))).toBe(false)
      expect(await idTokenUses['id_token_hint at logout']?.(forge(tokens.id_token))).toBe(false)
    }
    const ownName = forged((header, claims) =>
      compact({ ...header, alg }, claims, signWith(with_, own[with_].privateKey)),
    )
    await refusedEverywhere(ownName)
  })

  test.each([
    'es256',
    'Es256',
    'ES256 ',
    'ES384',
    'ES256K',
    'RS512',
    'EdDSA',
    'rs256',
    'RSASSA',
    ['ES256'],
    null,
    undefined,
  ])(
    'the server’s own signature under another name, %j',
    async alg => await refusedEverywhere(resigned(header => ({ ...header, alg }))),
  )

  test('one of the server’s keys for one algorithm, under the kid of another', async () => {
    for (const alg of ['ES256', 'RS256', 'Ed25519'] as const) {
      for (const other of (['ES256', 'RS256', 'Ed25519'] as const).filter(it => it !== alg)) {
        const { sign } = await stealKey(server, await kidOf(server, alg, 'current'))
        const kid = await kidOf(server, other, 'current')
        for (const name of [alg, other]) {
          const forge = forged((header, claims) => compact({ ...header, alg: name, kid }, claims, sign))
          expect(await isAlive(server.issuer, forge(tokens.access_token))).toBe(false)
          expect(await idTokenUses['id_token_hint at logout']?.(forge(tokens.id_token))).toBe(false)
        }
      }
    }
  })
})

describe('RFC 8725 §3.10: keys are found by kid in the server’s own store, and nowhere else', () => {
  const kids: readonly (readonly [string, unknown])[] = [
    ['unknown', 'unknown'],
    ['none', undefined],
    ['null', null],
    ['a number', 1],
    ['an object', { kid: 'x' }],
    ['empty', ''],
    ['a path', '../../../../../../dev/null'],
    ['a path with a NUL', '/dev/null\0'],
    ['an address', 'https://evil.example/key'],
    ['SQL', "' OR 1=1 --"],
    ['SQL that chooses', "x' UNION SELECT public_jwk FROM signing_keys --"],
    ['a command', '$(id)|id'],
    ['a property of every object', '__proto__'],
    ['another', 'constructor'],
    ['very long', 'k'.repeat(6000)],
  ]
  test.each(kids)('kid: %s, by the server’s own key and by the attacker’s', async (_what, kid) => {
    await refusedEverywhere(resigned(header => ({ ...header, kid })))
    for (const alg of ['ES256', 'RS256'] as const) {
      const forge = forged((header, claims) =>
        compact({ ...header, alg, kid }, claims, signWith(alg, own[alg].privateKey)),
      )
      expect(await isAlive(server.issuer, forge(tokens.access_token))).toBe(false)
    }
  })

  test('kid: in other letters, or with a blank', async () => {
    for (const change of [
      (kid: string) => kid.toLowerCase(),
      (kid: string) => `${kid} `,
      (kid: string) => kid.slice(1),
    ]) {
      await refusedEverywhere(resigned(header => ({ ...header, kid: change(String(header['kid'])) })))
    }
  })

  test('kid: of the next key, signed by the current one, and the other way round', async () => {
    const [current, next] = [await kidOf(server, 'ES256', 'current'), await kidOf(server, 'ES256', 'next')]
    for (const [named, signs] of [
      [next, current],
      [current, next],
    ] as const) {
      const { sign } = await stealKey(server, signs)
      const forge = forged((header, claims) => compact({ ...header, alg: 'ES256', kid: named }, claims, sign))
      await refusedEverywhere(forge)
    }
  })

  const bringAlong: Record<string, (alg: Alg) => Json> = {
    jwk: alg => ({ jwk: jwkOf(own[alg].publicKey) }),
    'jwk with the private half': alg => ({ jwk: jwkOf(own[alg].privateKey) }),
    jku: () => ({ jku: `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/jwks.json` }),
    'jku of the issuer, with a detour': () => ({
      jku: `${server.issuer}/authorize?redirect_uri=http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/`,
    }),
    x5u: () => ({ x5u: `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/cert.pem` }),
    x5c: alg => ({ x5c: [own[alg].publicKey.export({ type: 'spki', format: 'der' }).toString('base64')], x5t: 'AAAA' }),
  }
  test.each(Object.keys(bringAlong))('%s: a key that the token brings along', async name => {
    for (const alg of ['ES256', 'RS256'] as const) {
      const more = bringAlong[name]?.(alg)
      for (const kid of [undefined, 'evil', await kidOf(server, alg, 'current')]) {
        const forge = forged((header, claims) =>
          compact({ ...header, alg, kid, ...more }, claims, signWith(alg, own[alg].privateKey)),
        )
        await refusedEverywhere(forge)
      }
    }
    expect(fetched).toBe(0)
  })
})

describe('RFC 8725 §3.11, §3.12: one kind of token is no other', () => {
  const accessTypes = [
    'JWT',
    'jwt',
    undefined,
    '',
    null,
    'JOSE',
    'id_token+jwt',
    'logout+jwt',
    'dpop+jwt',
    'secevent+jwt',
  ]
  test.each(accessTypes)('an access token by the server’s own key, of typ %j', async typ => {
    const token = await resigned(header => ({ ...header, typ }))(tokens.access_token)
    for (const [use, takes] of Object.entries(accessTokenUses)) expect([use, await takes(token)]).toEqual([use, false])
    expect(await takesDemo(await resigned(header => ({ ...header, typ }))(forDemo))).toBe(false)
  })

  test.each(['at+jwt', 'application/at+jwt', undefined, '', null, 'JOSE', ['JWT']])(
    'an ID Token by the server’s own key, of typ %j',
    async typ => {
      const token = await resigned(header => ({ ...header, typ }))(tokens.id_token)
      for (const [use, takes] of Object.entries({ ...accessTokenUses, ...idTokenUses, 'demo API': takesDemo }))
        expect([use, await takes(token)]).toEqual([use, false])
    },
  )

  test('an ID Token is no access token, an access token no hint, a refresh token neither', async () => {
    const { id_token, access_token, refresh_token } = tokens
    const offered = async (uses: typeof accessTokenUses, token: string) =>
      Promise.all(Object.values(uses).map(takes => takes(token)))
    expect(await offered({ ...accessTokenUses, 'demo API': takesDemo }, id_token)).not.toContain(true)
    expect(await offered(idTokenUses, access_token)).not.toContain(true)
    expect(await offered(idTokenUses, refresh_token)).not.toContain(true)
    const { 'introspection, its client': _alive, ...others } = accessTokenUses
    expect(await offered({ ...others, 'demo API': takesDemo }, refresh_token)).not.toContain(true)
    for (const token of [id_token, access_token])
      expect((await refresh(server.issuer, token)).body.error).toBe('invalid_grant')
    // And none of these errors ended anything.
    expect(await isAlive(server.issuer, refresh_token)).toBe(true)
  })

  test('an access token for the API alone is none for userinfo, and the reverse', async () => {
    const narrow = await obtainTokens(server.issuer, { scope: 'profile:read' })
    expect((await userinfo(server.issuer, narrow.access_token)).status).toBe(403)
    const { header, claims } = partsOf(tokens.access_token)
    const { sign } = await stealKey(server, String(header['kid']))
    for (const aud of [api, `${server.issuer}/`, 'https://evil.example', [], [api], undefined, null]) {
      expect((await userinfo(server.issuer, compact(header, { ...claims, aud }, sign))).status).not.toBe(200)
    }
    const forUserinfo = compact(header, { ...claims, aud: server.issuer }, sign)
    expect((await introspect(server.issuer, forUserinfo, 'api-server')).body).toEqual({ active: false })
  })
})

describe('RFC 7515 §4.1.11, RFC 7797, RFC 7516: what is not understood is not taken', () => {
  const extensions: Record<string, Json> = {
    'crit with an extension': { crit: ['exp'], exp: 1 },
    'crit with one of our own claims': { crit: ['jti'] },
    'crit, empty': { crit: [] },
    'crit, null': { crit: null },
    'crit, a string': { crit: 'exp' },
  }
  test.each(Object.keys(extensions))('%s, by the server’s own key', async name => {
    await refusedEverywhere(resigned(header => ({ ...header, ...extensions[name] })))
  })

  test('b64: a payload that is not encoded', async () => {
    for (const crit of [{ crit: ['b64'] }, {}]) {
      const forge = async (genuine: string) => {
        const { header, claims } = partsOf(genuine)
        const { sign } = await stealKey(server, String(header['kid']))
        const signed = `${encode({ ...header, b64: false, ...crit })}.${JSON.stringify(claims).replaceAll('.', '')}`
        return `${signed}.${sign(signed)}`
      }
      await refusedEverywhere(forge)
    }
  })

  test('zip: a payload that is compressed', async () => {
    const forge = async (genuine: string) => {
      const { header, claims } = partsOf(genuine)
      const { sign } = await stealKey(server, String(header['kid']))
      const signed = `${encode({ ...header, zip: 'DEF' })}.${deflateRawSync(JSON.stringify(claims)).toString('base64url')}`
      return `${signed}.${sign(signed)}`
    }
    await refusedEverywhere(forge)
  })

  test('a token in JSON, in five parts, or inside another', async () => {
    const forge = (make: (parts: readonly string[], genuine: string) => string) => (genuine: string) =>
      make(genuine.split('.'), genuine)
    const spellings = [
      forge(([header, payload, signature]) => JSON.stringify({ protected: header, payload, signature })),
      forge(([header, payload, signature]) =>
        JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
      ),
      forge(([header, payload, signature]) => `${header}..${payload}.${signature}.`),
      forge(([header, payload, signature]) => `${header}.${payload}.${signature}.${signature}.${signature}`),
      forge(([header, , signature]) => `${header}..${signature}`),
      forge((_parts, genuine) => encode(genuine)),
    ]
    for (const spelling of spellings) await refusedEverywhere(spelling)
    const nested = async (genuine: string) => {
      const { header } = partsOf(genuine)
      const { sign } = await stealKey(server, String(header['kid']))
      return compact({ ...header, cty: 'JWT' }, genuine, sign)
    }
    await refusedEverywhere(nested)
  })
})

describe('RFC 7515 §5.2: a signature is of these bytes, in this spelling, or none', () => {
  const tampered: Record<string, (parts: readonly [string, string, string]) => string> = {
    'zeros (CVE-2022-21449)': ([header, payload]) => `${header}.${payload}.${Buffer.alloc(64).toString('base64url')}`,
    missing: ([header, payload]) => `${header}.${payload}.`,
    'missing with its dot': ([header, payload]) => `${header}.${payload}`,
    'cut short': ([header, payload, signature]) => `${header}.${payload}.${signature.slice(0, -2)}`,
    longer: ([header, payload, signature]) => `${header}.${payload}.${signature}AA`,
    padded: ([header, payload, signature]) => `${header}.${payload}.${signature}==`,
    'with a line end': ([header, payload, signature]) => `${header}.${payload}.${signature}\n`,
    'with a blank before': parts => ` ${parts.join('.')}`,
    'with a dot behind': parts => `${parts.join('.')}.`,
    'the alphabet of base64': ([header, payload, signature]) =>
      `${header}.${payload}.${Buffer.from(signature, 'base64url').toString('base64').replaceAll('=', '')}`,
  }
  test.each(Object.keys(tampered))('%s', async name => {
    const forge = (genuine: string) => tampered[name]?.(genuine.split('.') as unknown as [string, string, string]) ?? ''
    for (const genuine of [tokens.access_token, tokens.id_token]) {
      // A signature may have no character that the two alphabets write differently.
      if (forge(genuine) === genuine) continue
      expect(await isAlive(server.issuer, forge(genuine))).toBe(false)
      expect(await idTokenUses['id_token_hint at logout']?.(forge(genuine))).toBe(false)
    }
  })

  test.each(['scope', 'sub', 'aud', 'exp', 'iss', 'client_id', 'jti', 'iat', 'nonce'])(
    'the claim %s changed, the signature kept',
    async name => {
      const forge = (genuine: string) => {
        const { header, claims, signature } = partsOf(genuine)
        const other = typeof claims[name] === 'number' ? Number(claims[name]) + 1 : `${claims[name]} x`
        return compact(header, { ...claims, [name]: other }, () => signature)
      }
      await refusedEverywhere(forge)
    },
  )

  test('a revoked token does not come back in the other spelling that every ECDSA signature has', async () => {
    const token = String((await clientCredentials(server.issuer)).body['access_token'])
    const [header, payload, signature = ''] = token.split('.')
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
    const bytes = Buffer.from(signature, 'base64url')
    const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`)
    const other = Buffer.concat([bytes.subarray(0, 32), Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex')])
    const twin = `${header}.${payload}.${other.toString('base64url')}`
    expect((await introspect(server.issuer, twin, 'job')).body['active']).toBe(true)
    await post(`${server.issuer}/revoke`, { token }, basic('job'))
    expect((await introspect(server.issuer, twin, 'job')).body).toEqual({ active: false })
  })
})

describe('RFC 8725 §3.8, §3.9: who issued it, for whom, about whom', () => {
  test('a token of another Grantwise', async () => {
    const other = await startServer()
    const foreign = await obtainTokens(other.issuer)
    await other.close()
    for (const takes of Object.values(accessTokenUses)) expect(await takes(foreign.access_token)).toBe(false)
    for (const takes of Object.values(idTokenUses)) expect(await takes(foreign.id_token)).toBe(false)
    expect((await refresh(server.issuer, foreign.refresh_token)).body.error).toBe('invalid_grant')
  })

  const wrong: Record<string, Json> = {
    'of another issuer': { iss: 'https://evil.example' },
    'of the issuer with a slash': { iss: 'ISSUER/' },
    'of no issuer': { iss: undefined },
    'of several issuers': { iss: ['ISSUER'] },
    'of a client that is not there': { client_id: 'nobody', aud: 'nobody' },
    'of no client': { client_id: undefined, aud: undefined },
    'about nobody': { sub: undefined },
    'about an object': { sub: { toString: 'alice' } },
  }
  test.each(Object.keys(wrong))('%s, by the server’s own key', async name => {
    const change = Object.fromEntries(
      Object.entries(wrong[name] ?? {}).map(([claim, value]) => [
        claim,
        JSON.parse(JSON.stringify(value ?? null).replaceAll('ISSUER', server.issuer)) ?? undefined,
      ]),
    )
    const forge = resigned(
      header => header,
      claims => ({ ...claims, ...change }),
    )
    const { access, hint } = { access: await forge(tokens.access_token), hint: await forge(tokens.id_token) }
    for (const takes of Object.values(accessTokenUses)) expect(await takes(access)).toBe(false)
    // A hint is about a user, whichever client has it and whatever became of that client.
    if (name.includes('client')) return
    for (const takes of Object.values(idTokenUses)) expect(await takes(hint)).toBe(false)
  })

  test.each([undefined, null, '', 1, 'no-family', `${'0'.repeat(20)}.x`, '.', '..'])(
    'with the jti %j, by the server’s own key: no authorization vouches for it',
    async jti => {
      const forge = resigned(
        header => header,
        claims => ({ ...claims, jti }),
      )
      const token = await forge(tokens.access_token)
      expect([401, 403]).toContain((await userinfo(server.issuer, token)).status)
      const asked = await introspect(server.issuer, token)
      expect(asked.status).toBe(200)
      // Without a dot it is the client's own, and of nobody else.
      if (typeof jti !== 'string' || jti.includes('.')) expect(asked.body).toEqual({ active: false })
      else expect(asked.body).not.toHaveProperty('username')
    },
  )
})

test('RFC 7517 §5: what retired keys signed counts until they go, and only that', async () => {
  const before = await kidOf(server, 'ES256', 'current')
  await rotateKeys(server.data, 'ES256')
  expect(await isAlive(server.issuer, tokens.access_token)).toBe(true)
  const now = await kidOf(server, 'ES256', 'current')
  const { sign } = await stealKey(server, before)
  const { header, claims } = partsOf(tokens.access_token)
  expect(await isAlive(server.issuer, compact({ ...header, kid: now }, claims, sign))).toBe(false)
})

test('after all that, what is genuine is still taken everywhere', async () => {
  expect(await takenAt(genuine => genuine)).toEqual(everywhere)
})
