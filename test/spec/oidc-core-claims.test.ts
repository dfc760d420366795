import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authorizeUrl, openBrowser, signIn } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, codeFields, obtainCode, obtainTokens, post, userinfo } from '../support/token.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

/** Everything that userinfo and the ID Token say of alice beside who she is. */
async function told(changes: Record<string, string | undefined>) {
  const { access_token, id_token } = await obtainTokens(server.issuer, { ...changes, nonce: undefined })
  const { sub, ...info } = (await userinfo(server.issuer, access_token)).body
  const { iss, aud, exp, iat, auth_time, acr, amr, sid, at_hash, sub: same, ...inToken } = decodeJwt(id_token)
  expect(same).toBe(sub)
  return { info, inToken }
}

test.each([
  ['openid', {}],
  ['openid profile', { name: 'Alice', given_name: 'Alice', preferred_username: 'alice' }],
  ['openid email', { email: 'alice@example.com', email_verified: true }],
])('OIDC Core §5.4: the scope %s tells what it stands for, and no more', async (scope, claims) => {
  expect((await told({ scope })).info).toEqual(claims)
})

test('OIDC Core §5.4: a claim nobody has given a value is left out', async () => {
  expect((await told({ scope: 'openid profile' })).info).not.toHaveProperty('family_name')
})

test('OIDC Core §5.5: claims asked for one by one come where they were asked for', async () => {
  const claims = JSON.stringify({
    userinfo: { email: null, department: { essential: true } },
    id_token: { given_name: null },
  })
  const { info, inToken } = await told({ scope: 'openid', claims })
  expect(info).toEqual({ email: 'alice@example.com', department: 'Music' })
  expect(inToken).toEqual({ given_name: 'Alice' })
})

test('OIDC Core §5.5: claims asked for are consented to as what covers them', async () => {
  const browser = openBrowser()
  const claims = JSON.stringify({ userinfo: { email: null } })
  await obtainTokens(server.issuer, { scope: 'openid' }, browser)
  const page = await browser.get(authorizeUrl(server.issuer, { scope: 'openid', claims, prompt: 'none' }))
  // alice has let this client see her address in a test before; bob has not.
  expect(page.location?.searchParams.get('error')).toBeNull()
  const bob = openBrowser()
  const consent = await signIn(bob, await bob.get(authorizeUrl(server.issuer, { scope: 'openid', claims })), 'bob')
  expect(consent.html).toContain('See your email address')
})

test('OIDC Core §5.5: a client is not told by claims what its scopes would never tell it', async () => {
  await server.apply({
    clients: [
      {
        client_id: 'nosy',
        client_secret: 'n'.repeat(40),
        redirect_uris: ['http://127.0.0.1:5025/callback'],
        scope: 'openid email',
        grantwise: { runs_on: 'server', acts_for: ['user'], first_party: true },
      },
    ],
  })
  const redirect_uri = 'http://127.0.0.1:5025/callback'
  const asked = { email: null, name: { essential: true }, department: null, __proto__: null, constructor: null }
  const claims = JSON.stringify({ userinfo: asked, id_token: asked })
  const code = await obtainCode(server.issuer, { client_id: 'nosy', redirect_uri, scope: 'openid', claims })
  const answer = await post(`${server.issuer}/token`, codeFields(code, { redirect_uri }), basic('nosy', 'n'.repeat(40)))
  const { body } = await userinfo(server.issuer, String(answer.body['access_token']))
  expect(body).toEqual({ sub: expect.any(String), email: 'alice@example.com', email_verified: undefined })
  expect(decodeJwt(String(answer.body['id_token']))).not.toHaveProperty('name')
})

test('OIDC Core §5.5: no claim of a user or of the request takes the place of one about the token', async () => {
  const { store, clock } = server.data
  await server.apply({ users: [{ login: 'mallory', password: 'a password of no meaning' }] })
  const mallory = await store.accountByLogin('mallory')
  if (!mallory) throw new Error('no account')
  const account = { ...mallory, claims: { sub: 'x', iss: 'x', aud: 'x', exp: 1, acr: 'x' } }
  await store.applyChanges([{ kind: 'put_user', account }], clock.now())
  const names = { sub: null, iss: null, aud: null, exp: null, acr: null, nonce: null }
  const claims = JSON.stringify({ id_token: names, userinfo: names })
  const browser = openBrowser()
  let page = await browser.get(authorizeUrl(server.issuer, { claims }))
  page = await signIn(browser, page, 'mallory', 'a password of no meaning')
  page = await browser.submit(page, '/consent', { consent: 'allow' })
  const fields = codeFields(page.location?.searchParams.get('code') ?? '')
  const { body } = await post(`${server.issuer}/token`, fields, basic('web'))
  const { sub, ...token } = decodeJwt(String(body['id_token']))
  expect(token).toMatchObject({ iss: server.issuer, aud: 'web', exp: server.clock.now() + 3600, nonce: 'nonce-1' })
  expect(sub).not.toBe('x')
  expect((await userinfo(server.issuer, String(body['access_token']))).body).toMatchObject({ sub })
})

test.each(['x', '[]', '1', 'null', '"a"', '{"userinfo":1}', '{"id_token":[]}', '{"id_token":{"email":true}}', '{'])(
  'OIDC Core §5.5: claims=%s is invalid_request',
  async claims => {
    const { location } = await openBrowser().get(authorizeUrl(server.issuer, { claims }))
    expect(location?.searchParams.get('error')).toBe('invalid_request')
  },
)

test.each(['{}', '{"userinfo":null}', '{"unknown":{"a":1}}', '{"id_token":{"email":{"other":1}}}'])(
  'OIDC Core §5.5: members that are not understood are ignored: %s',
  async claims => {
    const { location } = await openBrowser().get(authorizeUrl(server.issuer, { claims }))
    expect(location).toBeUndefined()
  },
)

test('OIDC Core §5.3.2: userinfo tells what is true now', async () => {
  const { access_token } = await obtainTokens(server.issuer, { scope: 'openid profile' })
  await server.apply({ users: [{ login: 'alice', claims: { name: 'Alicia' } }] })
  expect((await userinfo(server.issuer, access_token)).body).toMatchObject({ name: 'Alicia' })
})
