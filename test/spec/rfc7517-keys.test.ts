import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rotateKeys } from '../../src/keys/rotate.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { clientCredentials, get, isAlive, obtainTokens, userinfo } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const published = async () => get(`${server.issuer}/.well-known/jwks.json`)
const keySet = async () => (await published()).body as unknown as JSONWebKeySet
const rotate = () => rotateKeys(server.data)
const issue = async () => String((await clientCredentials(server.issuer)).body['access_token'])
const kidOf = (token: string) => decodeProtectedHeader(token).kid
const verify = (token: string, keys: JSONWebKeySet) =>
  jwtVerify(token, createLocalJWKSet(keys), { issuer: server.issuer, currentDate: new Date(server.clock.now() * 1000) })

test('RFC 7517 §5: the keys are published for anybody, to be kept a while, without their private halves', async () => {
  const { status, headers, body } = await published()
  expect(status).toBe(200)
  expect(headers.get('content-type')).toMatch(/^application\/(jwk-set\+)?json\b/)
  expect(headers.get('access-control-allow-origin')).toBe('*')
  expect(headers.get('cache-control')).toBe('public, max-age=300')
  const keys = body['keys'] as Record<string, string>[]
  for (const key of keys) {
    expect(key).toMatchObject({ kid: expect.any(String), use: 'sig' })
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(secret)
  }
  expect(new Set(keys.map(key => key['kid'])).size).toBe(keys.length)
  // A key that serves both EdDSA and Ed25519 names neither (RFC 7517 §4.4: optional).
  expect(new Set(keys.map(key => key['alg'] ?? key['crv']))).toEqual(new Set(['RS256', 'ES256', 'Ed25519']))
})

test('RFC 7517 §4.5: each token names the key that verifies it', async () => {
  const { access_token, id_token } = await obtainTokens(server.issuer)
  const keys = await keySet()
  for (const token of [access_token, id_token]) await verify(token, keys)
})

test('DESIGN §5: after a rotation the next key signs, and old tokens keep verifying', async () => {
  const cached = await keySet()
  const before = await obtainTokens(server.issuer)
  await rotate()
  const after = await issue()
  expect(kidOf(after)).not.toBe(kidOf(before.access_token))
  // A reader whose cached set is as old as it may be knows the new signer already.
  await verify(after, cached)
  const now = await keySet()
  for (const token of [before.access_token, before.id_token, after]) await verify(token, now)
  expect((await userinfo(server.issuer, before.access_token)).status).toBe(200)
  expect(await isAlive(server.issuer, before.access_token)).toBe(true)
})

test('DESIGN §5: a new key signs only once it was published for as long as readers may cache', async () => {
  const cached = await keySet()
  await rotate()
  await rotate()
  server.clock.pass(299)
  const early = await issue()
  await verify(early, cached)
  server.clock.pass(1)
  const late = await issue()
  expect(kidOf(late)).not.toBe(kidOf(early))
  expect(cached.keys.map(key => key.kid)).not.toContain(kidOf(late))
  await verify(late, await keySet())
  await verify(early, await keySet())
})

test('DESIGN §5: five rotations in a row break no token, for no reader', async () => {
  const cached = await keySet()
  const tokens = [await issue()]
  for (let turn = 0; turn < 5; turn++) {
    await rotate()
    tokens.push(await issue())
  }
  for (const token of tokens) {
    await verify(token, cached)
    await verify(token, await keySet())
  }
})

test('DESIGN §5: rotations while tokens are being issued break none', async () => {
  const cached = await keySet()
  const [tokens] = await Promise.all([Promise.all(Array.from({ length: 40 }, issue)), rotate().then(rotate)])
  for (const token of tokens) await verify(token, cached)
})

test('DESIGN §3: a rotation outlives a restart', async () => {
  await rotate()
  const before = await issue()
  server = await server.restart()
  expect(kidOf(await issue())).toBe(kidOf(before))
  await verify(before, await keySet())
})
