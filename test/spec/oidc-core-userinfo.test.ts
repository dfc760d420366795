import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import {
  basic,
  clientCredentials,
  codeFields,
  get,
  obtainCode,
  obtainTokens,
  post,
  type Tokens,
  userinfo,
} from '../support/token.ts'
import { opaqueApi, otherSecret } from '../support/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const at = (query = '') => `${server.issuer}/userinfo${query}`
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const challengeOf = ({ headers }: { readonly headers: Headers }) => headers.get('www-authenticate')

async function opaqueTokens(scope: string): Promise<Tokens> {
  const redirect_uri = 'http://127.0.0.1:5002/callback'
  const code = await obtainCode(server.issuer, { client_id: 'other-web', redirect_uri, resource: opaqueApi, scope })
  const fields = codeFields(code, { redirect_uri })
  return (await post(`${server.issuer}/token`, fields, basic('other-web', otherSecret))).body as unknown as Tokens
}

test('OIDC Core §5.3.1: by GET and by POST, with the token in the header or in a form', async () => {
  const { access_token, id_token } = await obtainTokens(server.issuer)
  const answers = [
    await get(at(), bearer(access_token)),
    await post(at(), {}, bearer(access_token)),
    await post(at(), { access_token }),
    await get(at(), { authorization: `bEARER ${access_token}` }),
  ]
  for (const { status, headers, body } of answers) {
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^application\/json\b/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toMatchObject({ sub: decodeJwt(id_token).sub, email: 'alice@example.com' })
  }
})

test('OIDC Core §5.3.1: an opaque token that was granted openid is good here', async () => {
  const { access_token, id_token } = await opaqueTokens('openid email profile:read')
  expect(access_token).not.toContain('eyJ')
  expect((await userinfo(server.issuer, access_token)).body).toEqual({
    sub: decodeJwt(id_token).sub,
    email: 'alice@example.com',
    email_verified: true,
  })
})

test('RFC 6750 §3: without a token the challenge has no error', async () => {
  for (const answer of [await get(at()), await post(at(), {}), await post(at(), {}, basic('web'))]) {
    expect(answer.status).toBe(401)
    expect(challengeOf(answer)).toBe('Bearer realm="Grantwise"')
  }
})

test('RFC 9700 §4.3.2: a token in the query is not read', async () => {
  const { access_token } = await obtainTokens(server.issuer)
  const answer = await get(at(`?access_token=${access_token}`))
  expect(answer.status).toBe(401)
  expect(challengeOf(answer)).toBe('Bearer realm="Grantwise"')
  expect((await get(at(`?access_token=${access_token}`), bearer(access_token))).status).toBe(200)
})

test('RFC 6750 §2: a token in two ways at once is invalid_request', async () => {
  const { access_token } = await obtainTokens(server.issuer)
  const answer = await post(at(), { access_token }, bearer(access_token))
  expect(answer.status).toBe(400)
  expect(challengeOf(answer)).toMatch(/^Bearer .*error="invalid_request"/)
})

test.each(['x', 'a.b.c', 'eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJ4In0.', '0'.repeat(20)])(
  'RFC 6750 §3.1: the token %j is invalid_token',
  async token => {
    const answer = await userinfo(server.issuer, token)
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
    expect(challengeOf(answer)).toMatch(
      /^Bearer realm="Grantwise", error="invalid_token", error_description="[^"]+", error_uri="[^"]+"$/,
    )
  },
)

test('RFC 6750 §3.1: an expired token is invalid_token, to the second', async () => {
  const { access_token } = await obtainTokens(server.issuer)
  server.clock.pass(3599)
  expect((await userinfo(server.issuer, access_token)).status).toBe(200)
  server.clock.pass(1)
  expect(await userinfo(server.issuer, access_token)).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
})

test('RFC 6750 §3.1: a token that is no access token is invalid_token', async () => {
  const { id_token, refresh_token } = await obtainTokens(server.issuer)
  const code = await obtainCode(server.issuer)
  for (const token of [id_token, refresh_token, code]) expect((await userinfo(server.issuer, token)).status).toBe(401)
})

test('OIDC Core §5.3.1: a token without openid is insufficient_scope', async () => {
  const { access_token } = await obtainTokens(server.issuer, { scope: 'profile:read' })
  const opaque = await opaqueTokens('profile:read')
  for (const token of [access_token, opaque.access_token]) {
    const answer = await userinfo(server.issuer, token)
    expect(answer).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } })
    expect(challengeOf(answer)).toMatch(/error="insufficient_scope".*, scope="openid"$/)
  }
})

test('OIDC Core §5.3: a token that a client has for itself is about nobody', async () => {
  for (const answer of [
    await clientCredentials(server.issuer),
    await clientCredentials(server.issuer, { resource: opaqueApi }, basic('opaque-job')),
  ]) {
    expect((await userinfo(server.issuer, String(answer.body['access_token']))).status).toBe(403)
  }
})

test('OIDC Core §5.3: the token of an account that was disabled is invalid_token', async () => {
  const { access_token } = await obtainTokens(server.issuer)
  await server.apply({ users: [{ login: 'alice', disabled: true }] })
  const answer = await userinfo(server.issuer, access_token)
  await server.apply({ users: [{ login: 'alice', disabled: false }] })
  expect(answer.status).toBe(401)
})

test('RFC 6750 §3.1: parameters sent twice are invalid_request, with a challenge', async () => {
  const answer = await post(at(), [
    ['access_token', 'a'],
    ['access_token', 'b'],
  ])
  expect(answer.status).toBe(400)
  expect(challengeOf(answer)).toContain('error="invalid_request"')
})
