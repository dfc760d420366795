import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeKey } from '../../src/keys/revoke.ts'
import { rotateKeys } from '../../src/keys/rotate.ts'
import { type Data, openData } from '../../src/open-data.ts'
import { authorizeUrl, openBrowser } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { clientCredentials, get, introspect, isAlive, obtainTokens, refresh, userinfo } from '../support/token.ts'
import { compact, type Json, stealKey } from './forge.ts'

let server: TestServer
/** The same data, as the command line has it open beside the running server. */
let other: Data
beforeAll(async () => {
  server = await startServer()
  other = await openData({ data_dir: server.data_dir, secret: undefined }, server.data)
})
afterAll(async () => {
  await other.close()
  await server.close()
})

const kidOf = (token: string) => String(decodeProtectedHeader(token).kid)
const published = async () => {
  const { body } = await get(`${server.issuer}/.well-known/jwks.json`)
  return (body['keys'] as { kid: string }[]).map(it => it.kid)
}
const own = async () => String((await clientCredentials(server.issuer)).body['access_token'])
const kids = async (status: string, alg = 'ES256') =>
  (await server.data.store.keys()).filter(key => key.status === status && key.alg === alg).map(key => key.kid)

/** What a thief makes with the private half of a key: a token that says whatever they like. */
async function forge(kid: string, claims: Json): Promise<string> {
  const { alg, sign } = await stealKey(server, kid)
  return compact({ alg, typ: 'at+jwt', kid }, claims, sign)
}

describe('a signing key that was stolen, and revoked', () => {
  test('is published no more and vouches for nothing, at once and without a restart', async () => {
    const { access_token, refresh_token } = await obtainTokens(server.issuer)
    const kid = kidOf(access_token)
    const forged = await forge(kid, { ...decodeJwt(access_token), scope: 'openid profile email' })
    expect((await userinfo(server.issuer, forged)).body['email']).toBe('alice@example.com')
    expect(await revokeKey(other, kid)).toBe(true)

    expect(await published()).not.toContain(kid)
    for (const token of [forged, access_token]) {
      expect((await userinfo(server.issuer, token)).status).toBe(401)
      expect((await introspect(server.issuer, token)).body).toEqual({ active: false })
    }
    // Who was signed in goes on: by the refresh token, which no key signed, and by keys that nobody stole.
    const { body } = await refresh(server.issuer, refresh_token)
    const renewed = String(body['access_token'])
    expect(kidOf(renewed)).not.toBe(kid)
    expect(await published()).toContain(kidOf(renewed))
    expect(await isAlive(server.issuer, renewed)).toBe(true)
    expect(await published()).toHaveLength(6)
  })

  test('is no hint of who is signed in any more', async () => {
    const browser = openBrowser()
    const { id_token } = await obtainTokens(server.issuer, {}, browser)
    const ask = () => browser.get(authorizeUrl(server.issuer, { prompt: 'none', id_token_hint: id_token }))
    expect((await ask()).location?.searchParams.get('code')).toBeTruthy()
    expect(await revokeKey(other, kidOf(id_token))).toBe(true)
    expect((await ask()).location?.searchParams.get('error')).toBe('invalid_request')
    expect((await browser.get(`${server.issuer}/logout?id_token_hint=${id_token}`)).status).toBe(400)
  })

  test('is followed by the next one at once, and that by one that nobody has seen, when it was stolen too', async () => {
    const current = kidOf(await own())
    const [next = ''] = await kids('next')
    await revokeKey(other, current)
    expect(kidOf(await own())).toBe(next)
    await revokeKey(other, next)
    const fresh = await own()
    expect([current, next]).not.toContain(kidOf(fresh))
    expect((await introspect(server.issuer, fresh, 'job')).body['active']).toBe(true)
    expect(await published()).toContain(kidOf(fresh))
  })

  test('before it ever signed: it never will', async () => {
    const [next = ''] = await kids('next')
    expect(await revokeKey(other, next)).toBe(true)
    expect(await published()).not.toContain(next)
    await rotateKeys(other)
    server.clock.pass(600)
    expect(kidOf(await own())).not.toBe(next)
  })

  test('after it retired: what it signed ends, and what signs now is left alone', async () => {
    const before = await own()
    await rotateKeys(other)
    const after = await own()
    expect(await revokeKey(other, kidOf(before))).toBe(true)
    const alive = await Promise.all([before, after].map(token => introspect(server.issuer, token, 'job')))
    expect(alive.map(({ body }) => body['active'])).toEqual([false, true])
    expect(kidOf(await own())).toBe(kidOf(after))
  })

  test('while another process rotates: neither undoes the other', async () => {
    const [current = ''] = await kids('current')
    await Promise.all([revokeKey(other, current), rotateKeys(server.data)])
    expect(await kids('retired')).not.toContain(current)
    expect(await kids('current')).not.toContain(current)
    expect([await kids('current'), await kids('next')].map(it => it.length)).toEqual([1, 1])
  })

  test('twice, or when there is none: the second says so, and changes nothing', async () => {
    const [current = ''] = await kids('current', 'RS256')
    expect(await revokeKey(other, current)).toBe(true)
    const before = await published()
    expect(await revokeKey(other, current)).toBe(false)
    expect(await published()).toEqual(before)
  })
})
