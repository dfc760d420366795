import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDemoApi, type DemoRequest } from '../../src/demo/api.ts'
import { endpoints } from '../../src/demo/endpoints.ts'
import { rotateKeys } from '../../src/keys/rotate.ts'
import { send } from '../support/raw.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { basic, clientCredentials, get, introspect, post } from '../support/token.ts'
import { appToken, call, forged, userTokens, webSecret } from './support.ts'

let server: TestServer
let issuer: string
beforeAll(async () => {
  server = await startServer({ config: { dev: true } })
  issuer = server.issuer
})
afterAll(() => server?.close())

const everything = 'openid offline_access albums:read me:read playlists:read'

/** The challenge of a refusal, as it must be to the letter. */
function challenge(error: string, sentence: string, scope: string): string {
  return `Bearer realm="Grantwise demo API", error="${error}", error_description="${sentence}", scope="${scope}", resource_metadata="${issuer}/.well-known/oauth-protected-resource/demo/api"`
}

describe('who may ask for what', () => {
  test("an app's own token reads the albums", async () => {
    const { status, body, headers } = await call(issuer, '/albums', await appToken(issuer))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      total: 42,
      limit: 20,
      offset: 0,
      next: `${issuer}/demo/api/v1/albums?limit=20&offset=20`,
    })
    expect(body['items']).toHaveLength(20)
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test.each([
    ['/me', 'me:read'],
    ['/me/playlists', 'playlists:read'],
  ])("RFC 6750 §3.1: an app's own token at %s is 403, and says that a user is missing", async (path, scope) => {
    const sentence = "this endpoint needs a user; the token is the app's own"
    for (const token of [await appToken(issuer), await forged(server, { sub: 'demo-job', client_id: 'demo-job' })]) {
      const { status, body, headers } = await call(issuer, path, token)
      expect([status, body]).toEqual([403, { error: 'insufficient_scope', error_description: sentence }])
      expect(headers.get('www-authenticate')).toBe(challenge('insufficient_scope', sentence, scope))
    }
  })

  test("a user's token reads that user's rows, and nobody else's", async () => {
    const ada = (await userTokens(issuer, 'demo-ada', everything)).access_token
    const grace = (await userTokens(issuer, 'demo-grace', everything)).access_token
    expect((await call(issuer, '/me', ada)).body).toMatchObject({ id: 'demo-ada', display_name: 'Ada', playlists: 4 })
    expect((await call(issuer, '/me', grace)).body).toMatchObject({ id: 'demo-grace', display_name: 'Grace' })
    const names = async (token: string) =>
      ((await call(issuer, '/me/playlists', token)).body['items'] as { name: string }[]).map(({ name }) => name)
    expect(await names(ada)).toContain('Note G')
    expect(await names(grace)).toEqual(['Moths in the relay', 'One nanosecond', 'Night watch'])
    expect((await call(issuer, '/albums', ada)).status).toBe(200)
  })

  test('somebody new has something to look at', async () => {
    const { access_token } = await userTokens(issuer, 'alice', everything)
    expect((await call(issuer, '/me', access_token)).body).toMatchObject({ display_name: 'New here', playlists: 1 })
    expect((await call(issuer, '/me/playlists', access_token)).body).toMatchObject({ total: 1, next: null })
  })

  test.each([
    ['/albums', 'albums:read', 'me:read'],
    ['/me', 'me:read', 'albums:read'],
    ['/me/playlists', 'playlists:read', 'me:read albums:read'],
  ])('RFC 6750 §3.1: %s without %s is 403, and names it', async (path, missing, granted) => {
    const { access_token } = await userTokens(issuer, 'demo-ada', granted)
    const { status, body, headers } = await call(issuer, path, access_token)
    const sentence = `this endpoint needs the scope ${missing}; the token was not granted it`
    expect([status, body]).toEqual([403, { error: 'insufficient_scope', error_description: sentence }])
    expect(headers.get('www-authenticate')).toBe(challenge('insufficient_scope', sentence, missing))
  })

  test('a scope that needs a user is never given to an app alone', async () => {
    const { status, body } = await clientCredentials(
      issuer,
      { scope: 'me:read' },
      basic('demo-job', 'demo-job-secret-that-everybody-knows'),
    )
    expect([status, body.error]).toEqual([400, 'invalid_scope'])
  })
})

describe('a token that is not good', () => {
  const wrongTokens: Readonly<Record<string, readonly [string, () => Promise<string>]>> = {
    'for another API': ['for another API', async () => String((await clientCredentials(issuer)).body['access_token'])],
    'for userinfo only': ['for another API', () => forged(server, { aud: server.issuer })],
    'for an API below this one': ['for another API', () => forged(server, { aud: `${issuer}/demo/api/v1` })],
    'an ID Token': ['is no access token', async () => (await userTokens(issuer, 'demo-ada', everything)).id_token],
    'an ID Token for this audience': ['is no access token', () => forged(server, {}, 'JWT')],
    'a refresh token': [
      'not one that this issuer',
      async () => (await userTokens(issuer, 'demo-ada', everything)).refresh_token,
    ],
    'of another issuer': ['another issuer', () => forged(server, { iss: 'https://evil.example' })],
    'of the issuer with a slash': ['another issuer', () => forged(server, { iss: `${issuer}/` })],
    'without exp': ['missing or not good yet', () => forged(server, { exp: undefined })],
    'without client_id': ['missing or not good yet', () => forged(server, { client_id: undefined })],
    'without sub': ['missing or not good yet', () => forged(server, { sub: undefined })],
    'without aud': ['missing or not good yet', () => forged(server, { aud: undefined })],
    'not yet good': ['missing or not good yet', () => forged(server, { nbf: server.clock.now() + 10 })],
    'with another payload': ['not one that this issuer', tampered],
    unsigned: ['not one that this issuer', async () => new UnsecuredJWT(await claims()).encode()],
    'signed by a stranger': ['not one that this issuer', () => strange({})],
    'signed by a stranger under our kid': ['not one that this issuer', async () => strange({ kid: await ourKid() })],
    'signed by a key it brings along': ['not one that this issuer', () => strange({}, true)],
    'signed with the published key as a shared secret': ['not one that this issuer', confused],
    empty: ['not one that this issuer', async () => ''],
    'of one word': ['not one that this issuer', async () => 'garbage'],
    'of two words': ['not one that this issuer', async () => `${await forged(server, {})} more`],
    'of three parts': ['not one that this issuer', async () => 'a.b.c'],
  }

  test.each(Object.keys(wrongTokens))('RFC 6750 §3.1: a token %s is 401 invalid_token', async name => {
    const [why, make] = wrongTokens[name] ?? ['', async () => '']
    const { status, body, headers } = await call(issuer, '/me', await make())
    expect([status, body.error]).toEqual([401, 'invalid_token'])
    expect(body.error_description).toContain(why)
    expect(headers.get('www-authenticate')).toBe(challenge('invalid_token', body.error_description ?? '', 'me:read'))
  })

  test('the claims that the wrong ones change are good when they are not changed', async () => {
    expect((await call(issuer, '/me', await forged(server, {}))).status).toBe(200)
  })

  test.each([{}, { authorization: 'Basic YTpi' }, { authorization: 'bearing gifts' }, { authorization: '' }])(
    'RFC 6750 §3.1: with %j no token came, and the challenge has no error',
    async headers => {
      const answer = await get(`${issuer}/demo/api/v1/me`, headers as Record<string, string>)
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe(
        `Bearer realm="Grantwise demo API", scope="me:read", resource_metadata="${issuer}/.well-known/oauth-protected-resource/demo/api"`,
      )
      expect(answer.body.error_description).toBe('send an access token in the header Authorization: Bearer ...')
    },
  )

  test('RFC 9700 §4.3.2: a token in the URL is not taken, nor one in a cookie', async () => {
    const token = await forged(server, {})
    const url = `${issuer}/demo/api/v1/me`
    expect((await get(`${url}?access_token=${token}`)).status).toBe(401)
    expect((await get(url, { cookie: `access_token=${token}` })).status).toBe(401)
  })

  test.each(['bearer', 'BEARER'])('RFC 9110 §11.1: the scheme may be written %s', async scheme => {
    const headers = { authorization: `${scheme} ${await forged(server, {})}` }
    expect((await get(`${issuer}/demo/api/v1/me`, headers)).status).toBe(200)
  })

  test('RFC 9068 §4: a token is good to its last second, by the clock that is handed in', async () => {
    const token = await appToken(issuer)
    server.clock.pass(3599)
    expect((await call(issuer, '/albums', token)).status).toBe(200)
    server.clock.pass(1)
    const { status, body, headers } = await call(issuer, '/albums', token)
    const sentence = 'the access token has expired: refresh it, or ask for another'
    expect([status, body]).toEqual([401, { error: 'invalid_token', error_description: sentence }])
    expect(headers.get('www-authenticate')).toBe(challenge('invalid_token', sentence, 'albums:read'))
  })

  test('a revoked JWT is refused by introspection at once, and here only when it expires', async () => {
    const { access_token } = await userTokens(issuer, 'demo-grace', everything)
    await post(`${issuer}/revoke`, { token: access_token }, basic('demo-web', webSecret))
    expect((await introspect(issuer, access_token, 'demo-web', webSecret)).body).toEqual({ active: false })
    expect((await call(issuer, '/me', access_token)).status).toBe(200)
    server.clock.pass(3600)
    expect((await call(issuer, '/me', access_token)).status).toBe(401)
  })

  test('keys are rotated under it, once and twice, without a token refused', async () => {
    const before = await appToken(issuer)
    await rotateKeys(server.data)
    await fetch(`${issuer}/.well-known/jwks.json`)
    const after = await appToken(issuer)
    expect(kidOf(after)).not.toBe(kidOf(before))
    for (const token of [before, after]) expect((await call(issuer, '/albums', token)).status).toBe(200)
    server.clock.pass(301)
    await rotateKeys(server.data)
    await fetch(`${issuer}/.well-known/jwks.json`)
    server.clock.pass(301)
    // Signed by a key that nobody had published when the API first read the keys.
    const last = await appToken(issuer)
    expect([kidOf(before), kidOf(after)]).not.toContain(kidOf(last))
    for (const token of [before, after, last]) expect((await call(issuer, '/albums', token)).status).toBe(200)
  })

  async function claims(): Promise<Record<string, unknown>> {
    const [, payload = ''] = (await forged(server, {})).split('.')
    return JSON.parse(Buffer.from(payload, 'base64url').toString())
  }
  async function tampered(): Promise<string> {
    const [header, , signature] = (await forged(server, { sub: 'demo-grace' })).split('.')
    return [header, Buffer.from(JSON.stringify(await claims())).toString('base64url'), signature].join('.')
  }
  async function strange(more: object, bring = false): Promise<string> {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const jwk = bring ? { jwk: await exportJWK(publicKey) } : {}
    return new SignJWT(await claims())
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...more, ...jwk })
      .sign(privateKey)
  }
  async function ourKid(): Promise<string> {
    return kidOf(await forged(server, {}))
  }
  async function confused(): Promise<string> {
    const { keys } = (await get(`${issuer}/.well-known/jwks.json`)).body as unknown as { keys: { kid: string }[] }
    const kid = await ourKid()
    const key = Buffer.from(JSON.stringify(keys.find(it => it.kid === kid)))
    return new SignJWT(await claims()).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid }).sign(key)
  }
})

describe('pages of rows', () => {
  const url = (path: string, query: string) => `${issuer}/demo/api/v1${path}?${query}`
  const ask = async (path: string, query: string) =>
    get(url(path, query), { authorization: `Bearer ${await forged(server, {})}` })

  test('following next reads every row once', async () => {
    const headers = { authorization: `Bearer ${await forged(server, {})}` }
    const ids: string[] = []
    let next: unknown = url('/albums', 'limit=10')
    while (typeof next === 'string') {
      const { body } = await get(next, headers)
      ids.push(...(body['items'] as { id: string }[]).map(({ id }) => id))
      next = body['next']
    }
    expect(next).toBeNull()
    expect(new Set(ids).size).toBe(42)
    expect(ids).toHaveLength(42)
    expect(ids[0]).toBe('album-01')
    expect(ids.at(-1)).toBe('album-42')
  })

  test.each([
    ['/albums', 'limit=1', 1, 'limit=1&offset=1'],
    ['/albums', 'limit=50', 42, undefined],
    ['/albums', 'limit=42', 42, undefined],
    ['/albums', 'limit=41', 41, 'limit=41&offset=41'],
    ['/albums', 'offset=41', 1, undefined],
    ['/albums', 'offset=42', 0, undefined],
    ['/albums', 'offset=1000000', 0, undefined],
    ['/albums', 'offset=0&limit=7&unknown=x', 7, 'limit=7&offset=7'],
    ['/me/playlists', 'limit=3', 3, 'limit=3&offset=3'],
    ['/me/playlists', 'limit=3&offset=3', 1, undefined],
  ] as const)('%s?%s has %i rows', async (path, query, count, next) => {
    const { status, body } = await ask(path, query)
    expect(status).toBe(200)
    expect(body['items']).toHaveLength(count)
    expect(body['next']).toBe(next === undefined ? null : url(path, next))
    expect(body['total']).toBe(path === '/albums' ? 42 : 4)
  })

  test.each([
    ['limit=0', 'limit must be a whole number from 1 to 50; got "0"'],
    ['limit=51', 'limit must be a whole number from 1 to 50; got "51"'],
    ['limit=', 'limit must be a whole number from 1 to 50; got ""'],
    ['limit=ten', 'limit must be a whole number from 1 to 50; got "ten"'],
    ['limit=1e1', 'limit must be a whole number from 1 to 50; got "1e1"'],
    ['limit=-1', 'limit must be a whole number from 1 to 50; got "-1"'],
    ['limit=1.5', 'limit must be a whole number from 1 to 50; got "1.5"'],
    ['limit=1&limit=2', 'limit must be a whole number from 1 to 50; got it more than once'],
    ['offset=-1', 'offset must be a whole number from 0 to 1000000; got "-1"'],
    ['offset=1000001', 'offset must be a whole number from 0 to 1000000; got "1000001"'],
    ['offset=99999999999999999999', 'offset must be a whole number from 0 to 1000000; got "99999999999999999999"'],
  ])('?%s is 400, and says what was expected', async (query, error_description) => {
    const { status, body, headers } = await ask('/albums', query)
    expect([status, body]).toEqual([400, { error: 'invalid_request', error_description }])
    expect(headers.get('www-authenticate')).toBeNull()
  })

  test('a stranger learns nothing of it: the token comes first', async () => {
    expect((await get(url('/albums', 'limit=0'))).status).toBe(401)
  })
})

describe('RFC 9728: what the API says of itself', () => {
  test('§3.1: its metadata is where the challenge points, and a client library takes it', async () => {
    const challenged = (await call(issuer, '/albums')).headers.get('www-authenticate') ?? ''
    const [, at = ''] = /resource_metadata="([^"]+)"/.exec(challenged) ?? []
    const { body, headers } = await get(at)
    expect(headers.get('content-type')).toContain('application/json')
    expect(body).toEqual({
      resource: `${issuer}/demo/api`,
      authorization_servers: [issuer],
      scopes_supported: ['albums:read', 'me:read', 'playlists:read'],
      bearer_methods_supported: ['header'],
      resource_name: 'Grantwise demo API',
    })
    const resource = new URL(`${issuer}/demo/api`)
    const answer = await oauth.resourceDiscoveryRequest(resource, { [oauth.allowInsecureRequests]: true })
    expect(await oauth.processResourceDiscoveryResponse(resource, answer)).toMatchObject({
      authorization_servers: [issuer],
    })
  })

  test('its own address lists what there is', async () => {
    const { status, body } = await call(issuer, '')
    expect(status).toBe(200)
    expect(body['endpoints']).toEqual([
      { url: `${issuer}/demo/api/v1/albums`, title: expect.any(String), scope: 'albums:read', needs_user: false },
      { url: `${issuer}/demo/api/v1/me`, title: expect.any(String), scope: 'me:read', needs_user: true },
      {
        url: `${issuer}/demo/api/v1/me/playlists`,
        title: expect.any(String),
        scope: 'playlists:read',
        needs_user: true,
      },
    ])
  })
})

describe('any page may ask it', () => {
  const origin = 'https://anybody.example'

  test.each(['/albums', '/me', ''])('%s can be read by a page of any origin, refused or not', async path => {
    for (const token of [undefined, 'garbage', await forged(server, {})]) {
      const headers = { origin, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
      const answer = await get(`${issuer}/demo/api/v1${path}`, headers)
      expect(answer.headers.get('access-control-allow-origin')).toBe('*')
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
      expect(answer.headers.get('access-control-expose-headers')).toBe('WWW-Authenticate')
    }
  })

  test.each(['/demo/api/v1/me', '/.well-known/oauth-protected-resource/demo/api'])(
    '%s answers a preflight',
    async path => {
      const headers = {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      }
      const answer = await send(issuer + path, { method: 'OPTIONS', headers })
      expect(answer.status).toBe(204)
      expect(answer.headers.get('access-control-allow-origin')).toBe('*')
      expect(answer.headers.get('access-control-allow-headers')).toBe('Authorization')
      expect(answer.headers.get('access-control-allow-methods')).toBe('GET, HEAD')
    },
  )

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s is 405, and says what is allowed', async method => {
    const answer = await send(`${issuer}/demo/api/v1/albums`, { method })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
  })

  test('HEAD is GET without a body', async () => {
    const url = `${issuer}/demo/api/v1/me`
    expect((await send(url, { method: 'HEAD' })).status).toBe(401)
    const headers = { authorization: `Bearer ${await forged(server, {})}` }
    const answer = await send(url, { method: 'HEAD', headers })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
  })
})

describe('as a program of its own', () => {
  const me = endpoints.find(({ path }) => path === '/me') ?? expect.fail()
  /** The API over nothing but HTTP, and everything it reported. */
  function alone(fetcher: typeof fetch = fetch) {
    const heard: DemoRequest[] = []
    const api = createDemoApi({
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      clock: server.clock,
      fetch: fetcher,
      onRequest: request => heard.push(request),
    })
    const ask = (token?: string) =>
      api.answer(me, {
        method: 'GET',
        address: '127.0.0.1',
        authorization: token === undefined ? undefined : `Bearer ${token}`,
        query: new URLSearchParams(),
      })
    return { ask, heard }
  }

  test('it needs no more of the server than its published keys', async () => {
    const asked: string[] = []
    const { ask } = alone((url, init) => {
      asked.push(String(url))
      return fetch(url, init)
    })
    expect((await ask(await forged(server, {}))).status).toBe(200)
    expect((await ask(await forged(server, {}))).status).toBe(200)
    expect(asked).toEqual([`${issuer}/.well-known/jwks.json`])
  })

  test('it reports each request: whose token, and every check in order', async () => {
    const { ask, heard } = alone()
    await ask()
    await ask('garbage')
    await ask(await forged(server, { exp: server.clock.now() }))
    await ask(await forged(server, { sub: 'demo-job', client_id: 'demo-job', jti: 'alone' }))
    await ask(await forged(server, {}))
    const seen = heard.map(({ checks, status, bearer }) => [
      status,
      checks.map(({ check, passed }) => (passed ? check : `not ${check}`)).join(' '),
      bearer,
    ])
    const good = 'token-missing token-invalid token-type-wrong token-issuer-wrong token-audience-wrong'
    const ada = { client_id: 'demo-web', user: 'demo-ada', jti: 'family.secret' }
    const job = { client_id: 'demo-job', jti: 'alone' }
    expect(seen).toEqual([
      [401, 'not token-missing', {}],
      [401, 'token-missing not token-invalid', {}],
      [401, `${good} not token-expired`, expect.objectContaining(ada)],
      [403, `${good} token-expired not user-missing`, expect.objectContaining(job)],
      [200, `${good} token-expired user-missing scope-missing`, expect.objectContaining(ada)],
    ])
    expect(heard[0]).toMatchObject({ method: 'GET', path: '/demo/api/v1/me', duration_ms: expect.any(Number) })
    expect(JSON.stringify(heard)).not.toMatch(/eyJ/)
  })

  test('keys that cannot be read are nobody’s token’s fault', async () => {
    const { ask, heard } = alone(async () => new Response('busy', { status: 503 }))
    await expect(ask(await forged(server, {}))).rejects.toThrow()
    expect(heard).toMatchObject([{ status: 500, bearer: {} }])
  })
})

function kidOf(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid
}
