import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, challenge, openBrowser, s256, verifier } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { get, introspect, obtainCode, post, type Tokens } from '../support/token.ts'
import { api } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const redirect_uri = 'http://127.0.0.1:5004/callback'
const page = { client_id: 'spa', redirect_uri }
/** A code of a client without a secret. */
const codeOf = (changes: Record<string, string | undefined> = {}) => obtainCode(server.issuer, { ...page, ...changes })
/** Redeems it: the client's name and the verifier are all that it has. */
const redeem = (code: string, changes: Record<string, string | undefined> = {}) => {
  const fields = { grant_type: 'authorization_code', client_id: 'spa', code, code_verifier: verifier, ...changes }
  const sent = Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return post(`${server.issuer}/token`, sent)
}
const refused = { status: 400, body: { error: 'invalid_grant' } }

test('S7: client_id and code_verifier redeem a code, without any secret', async () => {
  const { status, body } = await redeem(await codeOf())
  expect(status).toBe(200)
  expect(body).toMatchObject({ access_token: expect.any(String), refresh_token: expect.any(String) })
  const renewal = { grant_type: 'refresh_token', client_id: 'spa', refresh_token: String(body['refresh_token']) }
  expect((await post(`${server.issuer}/token`, renewal)).status).toBe(200)
})

test('A43: Auth0’s PKCE grant, with an audience and redirect_uri', async () => {
  const code = await codeOf({ audience: api, auth0Client: 'eyJ9' })
  expect((await redeem(code, { redirect_uri })).body).toMatchObject({
    access_token: expect.any(String),
    id_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: 3600,
  })
})

describe('somebody intercepts the code', () => {
  test('S9, A41: without the verifier, with a wrong one, or with the challenge, it is refused; its owner redeems it', async () => {
    const code = await codeOf()
    for (const code_verifier of [undefined, 'w'.repeat(43), challenge, verifier.slice(0, -1), `${verifier}A`]) {
      expect(await redeem(code, { code_verifier, redirect_uri }), code_verifier).toMatchObject(refused)
    }
    expect((await redeem(code, { redirect_uri })).status).toBe(200)
  })

  test('S9: a code bound to their own challenge is not injected into another’s session', async () => {
    const stolen = await codeOf({ code_challenge: s256('t'.repeat(43)) })
    expect(await redeem(stolen)).toMatchObject(refused)
  })

  test('S9: the second redemption ends what the first bought', async () => {
    const code = await codeOf()
    const { access_token, refresh_token } = (await redeem(code)).body as unknown as Tokens
    expect((await introspect(server.issuer, access_token, 'api-server')).body['active']).toBe(true)
    expect(await redeem(code)).toMatchObject(refused)
    expect((await introspect(server.issuer, access_token, 'api-server')).body['active']).toBe(false)
    const renewal = { grant_type: 'refresh_token', client_id: 'spa', refresh_token }
    expect(await post(`${server.issuer}/token`, renewal)).toMatchObject(refused)
  })

  test('S9: a minute later it is worth nothing to anybody', async () => {
    const code = await codeOf()
    server.clock.pass(61)
    expect(await redeem(code)).toMatchObject(refused)
  })
})

describe('what a verifier and a challenge are', () => {
  const long = '-._~aZ09'.repeat(20)

  test.each([43, 128])('S10: %i characters are a verifier', async length => {
    const code_verifier = long.slice(0, length)
    expect((await redeem(await codeOf({ code_challenge: s256(code_verifier) }), { code_verifier })).status).toBe(200)
  })

  test.each([
    ['of 42 characters', long.slice(0, 42)],
    ['of 129 characters', long.slice(0, 129)],
    ['with a space', ` ${long.slice(0, 43)}`],
    ['with a plus', `+${long.slice(0, 43)}`],
    ['with a slash', `/${long.slice(0, 43)}`],
    ['with padding', `${long.slice(0, 43)}=`],
    ['with an umlaut', `ä${long.slice(0, 43)}`],
  ])('S10: one %s is refused, though it hashes to the challenge', async (_what, code_verifier) => {
    expect(await redeem(await codeOf({ code_challenge: s256(code_verifier) }), { code_verifier })).toMatchObject(
      refused,
    )
  })

  test.each([challenge.slice(1), `${challenge}A`, `${challenge}=`, `+${challenge.slice(1)}`, verifier.padEnd(64, '0')])(
    'S10: %s is no challenge',
    async code_challenge => {
      const { location } = await openBrowser().get(authorizeUrl(server.issuer, { ...page, code_challenge }))
      expect(location?.searchParams.get('error')).toBe('invalid_request')
    },
  )

  test('A42: the example of RFC 7636 Appendix B', async () => {
    expect([verifier, challenge]).toEqual([
      'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    ])
    expect((await redeem(await codeOf({ code_challenge: challenge }), { code_verifier: verifier })).status).toBe(200)
  })
})

describe('the request', () => {
  const errorOf = async (changes: Record<string, string | undefined>) => {
    const { location } = await openBrowser().get(authorizeUrl(server.issuer, { ...page, ...changes }))
    return location?.searchParams.get('error')
  }

  test('A39: a client without a secret asks for no code without a challenge', async () => {
    expect(await errorOf({ code_challenge: undefined, code_challenge_method: undefined })).toBe('invalid_request')
  })

  test('A39: the challenge stays with the code, over a restart', async () => {
    let here = await startServer()
    const code = await obtainCode(here.issuer, page)
    here = await here.restart()
    const send = (code_verifier: string) =>
      post(`${here.issuer}/token`, { grant_type: 'authorization_code', client_id: 'spa', code, code_verifier })
    expect(await send('w'.repeat(43))).toMatchObject(refused)
    expect((await send(verifier)).status).toBe(200)
    await here.close()
  })

  test.each([
    ['plain', { code_challenge_method: 'plain', code_challenge: verifier }],
    ['left out, which means plain', { code_challenge_method: undefined, code_challenge: verifier }],
    ['s256', { code_challenge_method: 's256' }],
    ['S512', { code_challenge_method: 'S512' }],
  ])('A40: the method %s is invalid_request', async (_method, changes) => {
    expect(await errorOf(changes)).toBe('invalid_request')
  })

  test('A40: S256 is the only method in the metadata', async () => {
    const { body } = await get(`${server.issuer}/.well-known/openid-configuration`)
    expect(body['code_challenge_methods_supported']).toEqual(['S256'])
  })
})
