import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials, introspect, obtainTokens, post, userinfo } from '../support/token.ts'
import { opaqueApi } from '../support/world.ts'
import { compact, type Json, partsOf, stealKey } from './forge.ts'

let server: TestServer
let genuine: string
beforeAll(async () => {
  server = await startServer()
  genuine = (await obtainTokens(server.issuer)).access_token
})
afterAll(() => server.close())

/** Whether a token of these times, by the server's own key, counts anywhere. */
async function counts(times: Json): Promise<boolean> {
  const { header, claims } = partsOf(genuine)
  const { sign } = await stealKey(server, String(header['kid']))
  const token = compact(header, { ...claims, ...times }, sign)
  const { status } = await userinfo(server.issuer, token)
  const asked = await Promise.all(['web', 'api-server'].map(client_id => introspect(server.issuer, token, client_id)))
  const answers = new Set([status === 200, ...asked.map(({ body }) => body['active'] === true)])
  // No place is laxer than another.
  expect(answers.size).toBe(1)
  return answers.has(true)
}

test.each<readonly [string, (now: number) => Json, boolean]>([
  ['exp a second from now', now => ({ exp: now + 1 }), true],
  ['exp now', now => ({ exp: now }), false],
  ['exp a second ago', now => ({ exp: now - 1 }), false],
  ['exp before 1970', () => ({ exp: -1 }), false],
  ['exp 0', () => ({ exp: 0 }), false],
  ['no exp', () => ({ exp: undefined }), false],
  ['exp null', () => ({ exp: null }), false],
  ['exp in words', () => ({ exp: 'never' }), false],
  ['exp as text', now => ({ exp: String(now + 60) }), false],
  ['exp as a list', now => ({ exp: [now + 60] }), false],
  ['exp as an object', () => ({ exp: {} }), false],
  ['exp true', () => ({ exp: true }), false],
  ['nbf now', now => ({ nbf: now }), true],
  ['nbf a second from now', now => ({ nbf: now + 1 }), false],
  ['nbf as text', now => ({ nbf: String(now - 1) }), false],
  ['nbf null', () => ({ nbf: null }), false],
  ['no iat', () => ({ iat: undefined }), false],
  ['iat as text', now => ({ iat: String(now) }), false],
  // RFC 7519 §4.1.6 gives it no rule; a clock that was set back must not sign everybody out.
  ['iat an hour from now', now => ({ iat: now + 3600 }), true],
])('RFC 7519 §4.1: %s', async (_what, times, wanted) => {
  expect(await counts(times(server.clock.now()))).toBe(wanted)
})

test('RFC 9068 §4: every format ends everywhere in the same second', async () => {
  const jwt = String((await clientCredentials(server.issuer)).body['access_token'])
  const opaque = await clientCredentials(server.issuer, { resource: opaqueApi }, basic('opaque-job'))
  const asked = async () => {
    const answers = await Promise.all([
      introspect(server.issuer, jwt, 'job'),
      introspect(server.issuer, jwt, 'api-server'),
      introspect(server.issuer, String(opaque.body['access_token']), 'opaque-job'),
    ])
    return answers.map(({ body }) => body['active'])
  }
  server.clock.pass(3599)
  expect(await asked()).toEqual([true, true, true])
  server.clock.pass(1)
  expect(await asked()).toEqual([false, false, false])
})

test('RFC 7009 §2.1: what was revoked stays so to its last second, though the expired is swept away', async () => {
  const token = String((await clientCredentials(server.issuer)).body['access_token'])
  await post(`${server.issuer}/revoke`, { token }, basic('job'))
  server.clock.pass(3599)
  await server.data.store.sweep(server.clock.now())
  expect((await introspect(server.issuer, token, 'job')).body).toEqual({ active: false })
})

test('a clock that is set back lengthens no life beyond exp', async () => {
  const token = String((await clientCredentials(server.issuer)).body['access_token'])
  server.clock.pass(-1800)
  expect((await introspect(server.issuer, token, 'job')).body['active']).toBe(true)
  server.clock.pass(1800 + 3600)
  expect((await introspect(server.issuer, token, 'job')).body).toEqual({ active: false })
})
