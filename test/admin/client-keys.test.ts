import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readApplyFile } from '../../src/admin/apply-file.ts'
import { exportFile } from '../../src/admin/export.ts'
import { formatProblem } from '../../src/admin/problem.ts'
import { advise } from '../../src/advisor/advise.ts'
import { storedAdviceOf } from '../../src/advisor/stored-advice.ts'
import { makeKey, signingClient } from '../support/assertions.ts'
import { readRows } from '../support/rows.ts'
import { startServer } from '../support/server.ts'
import { api, secret, world } from '../support/world.ts'

const key = await makeKey('ES256', 'one')
const other = await makeKey('RS256', 'two')
const jwks = { keys: [key.jwk] }
const jwks_uri = 'https://keys.example.com/jwks.json'
const federated = { issuer: 'https://ci.example.com', subject: 'repo:photos/prints:ref:refs/heads/main' }

function privateJwk(type: 'ec' | 'rsa' | 'ed25519'): object {
  const pair =
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ed25519')
  return pair.privateKey.export({ format: 'jwk' })
}

function publicJwk(curve: string): object {
  return generateKeyPairSync('ec', { namedCurve: curve }).publicKey.export({ format: 'jwk' })
}

const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })

function problems(keys: object, settings: object = {}): readonly string[] {
  return readApplyFile({ clients: [signingClient('signer', keys, settings)] }).problems.map(formatProblem)
}

describe('what a client with private_key_jwt may register', () => {
  test.each([
    [{ jwks }, {}],
    [{ jwks_uri }, {}],
    [{ jwks: { keys: [key.jwk, other.jwk] }, token_endpoint_auth_signing_alg: 'RS256' }, {}],
    [{ jwks: { keys: [{ ...other.jwk, alg: undefined }] }, token_endpoint_auth_signing_alg: 'PS256' }, {}],
    [{}, { federated }],
    [{}, { federated: { ...federated, audience: 'org:1', claims: { id: '1', n: 1, b: true }, jwks } }],
  ])('%#', (keys, settings) => {
    expect(problems(keys, settings)).toEqual([])
  })
})

describe('what it may not', () => {
  const at = (name: string) => `clients[0].${name}: expected `
  const refused: readonly (readonly [object, object, string, RegExp])[] = [
    [{}, {}, 'jwks', /the public keys of the app.*jwks, jwks_uri or grantwise\.federated; got none of them$/],
    [{ jwks, jwks_uri }, {}, 'jwks_uri', /one of jwks, jwks_uri and grantwise\.federated; got jwks and jwks_uri$/],
    [{ jwks }, { federated }, 'grantwise.federated', /one of jwks, jwks_uri/],
    [
      { jwks, client_secret: secret },
      {},
      'client_secret',
      /no secret.*"private_key_jwt".*got a string of 33 characters$/,
    ],
    [{ jwks: [] }, {}, 'jwks', /a JWK Set.*got an empty list$/],
    [{ jwks: { keys: [] } }, {}, 'jwks', /with 1 to 10 public keys/],
    [{ jwks: { keys: ['x'] } }, {}, 'jwks.keys[0]', /a public key as a JWK.*got "x"$/],
    [{ jwks: { keys: [privateJwk('ec')] } }, {}, 'jwks.keys[0]', /the public half.*got a private key$/],
    [{ jwks: { keys: [privateJwk('rsa')] } }, {}, 'jwks.keys[0]', /the public half.*got a private key$/],
    [{ jwks: { keys: [privateJwk('ed25519')] } }, {}, 'jwks.keys[0]', /the public half.*got a private key$/],
    [{ jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } }, {}, 'jwks.keys[0]', /got a key that two share$/],
    [{ jwks: { keys: [publicJwk('secp256k1')] } }, {}, 'jwks.keys[0]', /a public key for one of ES256/],
    [{ jwks: { keys: [publicJwk('P-521')] } }, {}, 'jwks.keys[0]', /a public key for one of ES256/],
    [{ jwks: { keys: [shortRsa] } }, {}, 'jwks.keys[0]', /2048 bits at least/],
    [{ jwks: { keys: [{ ...key.jwk, x: 'AAAA' }] } }, {}, 'jwks.keys[0]', /a public key for one of/],
    [
      { jwks: { keys: [{ ...key.jwk, alg: 'RS256' }] } },
      {},
      'jwks.keys[0].alg',
      /ES256, which this key can; got "RS256"$/,
    ],
    [{ jwks: { keys: [{ ...key.jwk, use: 'enc' }] } }, {}, 'jwks.keys[0].use', /"sig" or nothing/],
    [{ jwks: { keys: [{ ...key.jwk, kid: 7 }] } }, {}, 'jwks.keys[0].kid', /a string/],
    [{ jwks: { keys: [key.jwk, { ...other.jwk, kid: 'one' }] } }, {}, 'jwks.keys[1].kid', /a kid of its own/],
    [{ jwks: { keys: [key.jwk, { ...other.jwk, kid: undefined }] } }, {}, 'jwks.keys[1].kid', /more than one key/],
    [{ jwks, token_endpoint_auth_signing_alg: 'HS256' }, {}, 'token_endpoint_auth_signing_alg', /one of ES256/],
    [{ jwks, token_endpoint_auth_signing_alg: 'none' }, {}, 'token_endpoint_auth_signing_alg', /one of ES256/],
    [
      { jwks, token_endpoint_auth_signing_alg: 'RS256' },
      {},
      'token_endpoint_auth_signing_alg',
      /of the keys in jwks \(ES256\)/,
    ],
    ...['http://a.example/', 'https://u:p@a.example/', 'https://a.example/#x', 'https://a.example/?x', 'x', 7].map(
      uri => [{ jwks_uri: uri }, {}, 'jwks_uri', /an https URL without user name, query or fragment/] as const,
    ),
    [
      {},
      { federated: { ...federated, issuer: 'http://ci.example.com' } },
      'grantwise.federated.issuer',
      /an https URL/,
    ],
    [{}, { federated: { ...federated, subject: 'repo:photos/*' } }, 'grantwise.federated.subject', /no patterns/],
    [{}, { federated: { ...federated, subject: undefined } }, 'grantwise.federated.subject', /the exact sub/],
    [
      {},
      { federated: { ...federated, claims: { sub: 'x' } } },
      'grantwise.federated.claims.sub',
      /not looked at anyway/,
    ],
    [{}, { federated: { ...federated, claims: { a: ['x'] } } }, 'grantwise.federated.claims.a', /text, a number/],
    [{}, { federated: { ...federated, claims: [] } }, 'grantwise.federated.claims', /an object of claims/],
    [{}, { federated: { ...federated, jwks: {} } }, 'grantwise.federated.jwks', /a JWK Set/],
    [{}, { federated: { ...federated, subjects: [] } }, 'grantwise.federated.subjects', /did you mean subject/],
    [{}, { federated: 'https://ci.example.com' }, 'grantwise.federated', /an object/],
    [{ federated }, {}, 'federated', /it under clients\[0\]\.grantwise/],
  ]
  test.each(refused)('%j %j', (keys, settings, where, said) => {
    const found = problems(keys, settings).filter(it => it.startsWith(at(where)))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(said)
  })

  test('one mistake is one problem', () => {
    expect(problems({}, { federated: { ...federated, subject: '*' } })).toHaveLength(1)
    expect(problems({ jwks: { keys: [privateJwk('ec')] } })).toHaveLength(1)
    const answers = { acts_for: 'self', runs_on: 'ci', secret_safe: 'no', platform_id: 'yes' }
    const { advice: advised } = advise({ answers })
    const advice = advised && storedAdviceOf(advised['best-practice'])
    const told = { runs_on: 'ci', advice }
    expect(problems({}, { ...told, federated: { ...federated, subject: '*' } })).toHaveLength(1)
    expect(problems({ jwks }, told)).toEqual([
      expect.stringMatching(/^clients\[0\]\.grantwise\.federated: expected the platform whose tokens prove it/),
    ])
  })

  test('no problem shows a private key', () => {
    const key = privateJwk('rsa')
    const said = problems({ jwks: { keys: [key] } }, { federated: { ...federated, jwks: { keys: [key] } } }).join()
    for (const value of Object.values(key)) if (String(value).length > 8) expect(said).not.toContain(value)
  })

  test('keys where nothing is signed', () => {
    for (const method of ['client_secret_basic', 'client_secret_post', 'none']) {
      const [web] = world.clients
      const client = {
        ...web,
        token_endpoint_auth_method: method,
        ...(method === 'none' ? { client_secret: undefined } : {}),
      }
      const described = { ...client, jwks, grantwise: { ...web.grantwise, federated } }
      const said = readApplyFile({ clients: [described] }).problems.map(formatProblem)
      for (const where of ['jwks', 'grantwise.federated']) {
        expect(said).toContainEqual(`${at(where)}token_endpoint_auth_method "private_key_jwt" with it; got "${method}"`)
      }
    }
  })
})

test('what is exported gives another server the same, and nothing but public keys is kept', async () => {
  const server = await startServer()
  const noise = { x5c: ['MIIB'], x5t: 'x', 'x-note': 'kept nowhere' }
  await server.apply({
    clients: [
      signingClient('signer', { jwks: { keys: [{ ...key.jwk, ...noise }] }, token_endpoint_auth_signing_alg: 'ES256' }),
      signingClient('remote', { jwks_uri }),
      signingClient('pipeline', {}, { federated: { ...federated, claims: { id: '1' }, jwks } }),
    ],
  })
  const exported = await exportFile(server.data.store, { clock: server.clock })
  expect(JSON.stringify(exported)).not.toContain('kept nowhere')
  const another = await startServer({ document: JSON.parse(JSON.stringify(exported)) })
  expect(await exportFile(another.data.store, { clock: another.clock })).toEqual(exported)
  expect(exported.clients).toContainEqual(expect.objectContaining({ client_id: 'signer', jwks }))
  await server.close()
  await another.close()
})

test('a client that goes over to keys loses its secret, and back', async () => {
  const server = await startServer()
  const secrets = () => readRows(server.data_dir, 'client_secrets').filter(({ client_id }) => client_id === 'job')
  expect(secrets()).toHaveLength(1)
  await server.apply({ clients: [signingClient('job', { jwks })] })
  expect(secrets()).toEqual([])
  const back = { client_id: 'job', grant_types: ['client_credentials'], grantwise: { audiences: [api] } }
  await expect(server.apply({ clients: [back] })).rejects.toThrow(/expected a secret/)
  await server.apply({ clients: [{ ...back, client_secret: secret }] })
  expect([secrets().length, (await server.data.store.client('job'))?.jwks]).toEqual([1, undefined])
  await server.close()
})
