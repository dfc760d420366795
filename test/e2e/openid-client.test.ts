import { decodeJwt, decodeProtectedHeader } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorizeUrl, openBrowser, postedBack, sentBack } from '../support/browser.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { api, opaqueApi, otherSecret, secret } from '../support/world.ts'

const scope = 'openid profile email offline_access profile:read'
const callbacks = { web: 5001, 'other-web': 5002, spa: 5004, 'login-only': 5006 } as const
const extra = (['RS256', 'ES256', 'EdDSA', 'Ed25519'] as const).map((alg, index) => ({
  client_id: `signed-${alg}`,
  client_secret: secret,
  client_name: `Reads ${alg}`,
  redirect_uris: [`http://127.0.0.1:${5101 + index}/callback`],
  grant_types: ['authorization_code'],
  response_types: ['code'],
  id_token_signed_response_alg: alg,
  scope: 'openid',
  grantwise: { runs_on: 'server', acts_for: ['user'], first_party: true },
}))

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  await server.apply({ clients: extra })
})
afterAll(() => server.close())

/** A client as its developer configures it: an issuer, an id, and a way to prove itself. */
function discover(
  client_id: string,
  auth: client.ClientAuth = client.ClientSecretBasic(secret),
  metadata: Partial<client.ClientMetadata> = {},
  algorithm: 'oidc' | 'oauth2' = 'oidc',
): Promise<client.Configuration> {
  const options = { execute: [client.allowInsecureRequests], algorithm }
  return client.discovery(new URL(server.issuer), client_id, metadata, auth, options)
}

/** An authorization request with everything that can be checked about its answer. */
async function begin(config: client.Configuration, changes: Record<string, string> = {}) {
  const client_id = config.clientMetadata().client_id as keyof typeof callbacks
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  }
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `http://127.0.0.1:${callbacks[client_id]}/callback`,
    scope,
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...changes,
  })
  return { url: url.href, checks }
}

async function logIn(config: client.Configuration, changes: Record<string, string> = {}, browser = openBrowser()) {
  const { url, checks } = await begin(config, changes)
  return client.authorizationCodeGrant(config, await sentBack(browser, url), checks)
}

describe('discovery', () => {
  test.each(['oidc', 'oauth2'] as const)('OIDC Discovery §4, RFC 8414 §3: by %s', async algorithm => {
    const metadata = (await discover('web', undefined, {}, algorithm)).serverMetadata()
    expect(metadata).toMatchObject({ issuer: server.issuer, authorization_response_iss_parameter_supported: true })
    expect(metadata.supportsPKCE()).toBe(true)
  })
})

describe('authorization code', () => {
  const ways: readonly (readonly [string, string, client.ClientAuth])[] = [
    ['client_secret_basic', 'web', client.ClientSecretBasic(secret)],
    ['client_secret_post', 'web', client.ClientSecretPost(secret)],
    ['none', 'spa', client.None()],
  ]
  test.each(ways)('RFC 6749 §4.1, RFC 7636: with PKCE and %s', async (_method, client_id, auth) => {
    const tokens = await logIn(await discover(client_id, auth))
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope })
    const claims = tokens.claims()
    expect(claims).toMatchObject({ iss: server.issuer, aud: client_id, name: 'Alice', email: 'alice@example.com' })
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: claims?.sub, aud: [api, server.issuer], client_id })
  })

  test('OIDC Core §3.1.2.1: max_age puts auth_time in the ID Token, and an older sign-in is asked again', async () => {
    const config = await discover('web')
    const browser = openBrowser()
    const { url, checks } = await begin(config, { max_age: '1' })
    const first = await client.authorizationCodeGrant(config, await sentBack(browser, url), { ...checks, maxAge: 1 })
    server.clock.pass(2)
    const again = await begin(config, { max_age: '1' })
    const tokens = await client.authorizationCodeGrant(config, await sentBack(browser, again.url), {
      ...again.checks,
      maxAge: 1,
    })
    expect(tokens.claims()?.auth_time).toBe(Number(first.claims()?.auth_time) + 2)
  })

  test.each(['RS256', 'ES256', 'EdDSA', 'Ed25519'])(
    'OIDC Core §3.1.3.7: an ID Token signed %s is verified',
    async alg => {
      const config = await discover(`signed-${alg}`, undefined, { id_token_signed_response_alg: alg })
      // Not only trusted because TLS would carry it: its signature is checked against our JWKS.
      client.enableNonRepudiationChecks(config)
      const [redirect_uri = ''] = extra.find(it => it.client_id === `signed-${alg}`)?.redirect_uris ?? []
      const tokens = await logIn(config, { redirect_uri, scope: 'openid' })
      expect(decodeProtectedHeader(tokens.id_token ?? '')).toMatchObject({ alg, kid: expect.any(String) })
    },
  )

  test('RFC 9207 §2.4: an answer of another issuer is refused', async () => {
    const config = await discover('web')
    const { url, checks } = await begin(config)
    const back = await sentBack(openBrowser(), url)
    back.searchParams.set('iss', 'https://attacker.example')
    await expect(client.authorizationCodeGrant(config, back, checks)).rejects.toMatchObject({
      code: 'OAUTH_INVALID_RESPONSE',
    })
  })

  test('Form Post Response Mode §2: the answer is read from the posted form', async () => {
    const config = await discover('web')
    const { url, checks } = await begin(config, { response_mode: 'form_post' })
    const tokens = await client.authorizationCodeGrant(config, await postedBack(openBrowser(), url), checks)
    expect(tokens.claims()?.['name']).toBe('Alice')
  })

  test('Multiple Response Types §2.1: the answer in a fragment is for the page to read', async () => {
    const config = await discover('spa', client.None())
    const { url, checks } = await begin(config, { response_mode: 'fragment' })
    const back = await sentBack(openBrowser(), url)
    expect(back.search).toBe('')
    // As a page does that hands its fragment to a library made for queries.
    const read = new URL(`${back.origin}${back.pathname}?${back.hash.slice(1)}`)
    expect((await client.authorizationCodeGrant(config, read, checks)).claims()?.['name']).toBe('Alice')
  })

  test('OIDC Core §5.5: claims asked for by name are told where they were asked for', async () => {
    const config = await discover('login-only')
    const claims = JSON.stringify({ id_token: { given_name: null }, userinfo: { department: { essential: true } } })
    const tokens = await logIn(config, { scope: 'openid', claims })
    expect(tokens.claims()).toMatchObject({ given_name: 'Alice' })
    const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '')
    expect(info).toEqual({ sub: tokens.claims()?.sub, department: 'Music' })
  })

  test('RFC 8707 §2: resource chooses the API, and what the token looks like', async () => {
    const config = await discover('other-web', client.ClientSecretBasic(otherSecret))
    const tokens = await logIn(config, { resource: opaqueApi })
    expect(tokens.access_token.split('.')).toHaveLength(2)
    const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '')
    expect(info).toMatchObject({ name: 'Alice', email: 'alice@example.com', email_verified: true })
  })
})

describe('refresh', () => {
  test('RFC 9700 §4.14: every refresh brings a new token, and reuse ends all of them', async () => {
    const config = await discover('web')
    const first = await logIn(config)
    const second = await client.refreshTokenGrant(config, first.refresh_token ?? '')
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(second.claims()).toMatchObject({ sub: first.claims()?.sub, auth_time: first.claims()?.auth_time })
    const third = await client.refreshTokenGrant(config, second.refresh_token ?? '')
    const reuse = client.refreshTokenGrant(config, first.refresh_token ?? '')
    await expect(reuse).rejects.toMatchObject({ error: 'invalid_grant' })
    const end = client.refreshTokenGrant(config, third.refresh_token ?? '')
    await expect(end).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  test('RFC 6749 §6: narrower is granted, wider is invalid_scope', async () => {
    const config = await discover('web')
    const { refresh_token = '' } = await logIn(config)
    const narrow = await client.refreshTokenGrant(config, refresh_token, { scope: 'profile:read' })
    expect(narrow).toMatchObject({ scope: 'profile:read' })
    const wider = client.refreshTokenGrant(config, narrow.refresh_token ?? '', { scope: 'profile:read catalog:read' })
    await expect(wider).rejects.toMatchObject({ error: 'invalid_scope' })
  })
})

describe('client credentials', () => {
  test.each(['resource', 'audience'])('RFC 6749 §4.4: with %s, a token of the client itself', async name => {
    const tokens = await client.clientCredentialsGrant(await discover('opaque-job'), { [name]: api })
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'catalog:read' })
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: 'opaque-job', aud: api, client_id: 'opaque-job' })
  })

  test('RFC 8707 §2: no API named where there are several is invalid_target', async () => {
    const refused = client.clientCredentialsGrant(await discover('opaque-job'))
    await expect(refused).rejects.toMatchObject({ error: 'invalid_target', status: 400 })
  })
})

describe('what becomes of tokens', () => {
  test('RFC 7662: the client and its resource server may ask, another client learns nothing', async () => {
    const web = await discover('web')
    const { access_token } = await logIn(web)
    const alive = { active: true, client_id: 'web', username: 'alice', scope, aud: [api, server.issuer] }
    expect(await client.tokenIntrospection(web, access_token)).toMatchObject(alive)
    expect(await client.tokenIntrospection(await discover('api-server'), access_token)).toMatchObject(alive)
    expect(await client.tokenIntrospection(await discover('job'), access_token)).toEqual({ active: false })
  })

  test('RFC 7009 §2.1: revoking a refresh token ends the access tokens too', async () => {
    const config = await discover('web')
    const { access_token, refresh_token = '', claims } = await logIn(config)
    await client.tokenRevocation(config, refresh_token, { token_type_hint: 'refresh_token' })
    expect(await client.tokenIntrospection(config, access_token)).toEqual({ active: false })
    await expect(client.refreshTokenGrant(config, refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(client.fetchUserInfo(config, access_token, claims()?.sub ?? '')).rejects.toMatchObject({
      code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE',
      status: 401,
      cause: [{ scheme: 'bearer', parameters: { error: 'invalid_token' } }],
    })
  })

  test('RP-Initiated Logout §2: the end-session URL ends the session, and with it the tokens that need it', async () => {
    const config = await discover('web')
    const browser = openBrowser()
    const { id_token = '', access_token } = await logIn(config, { scope: 'openid' }, browser)
    const url = client.buildEndSessionUrl(config, {
      id_token_hint: id_token,
      post_logout_redirect_uri: 'http://127.0.0.1:5001/',
      state: 'back',
    })
    const page = await browser.get(url.href)
    expect(page.location?.href).toBe('http://127.0.0.1:5001/?state=back')
    expect(await client.tokenIntrospection(config, access_token)).toEqual({ active: false })
    expect((await browser.get(authorizeUrl(server.issuer))).html).toContain('id="password"')
  })
})

describe('errors arrive as the library knows them', () => {
  test('RFC 6749 §4.1.2.1: at the authorization endpoint', async () => {
    const config = await discover('web')
    const { url, checks } = await begin(config, { prompt: 'none' })
    const refused = client.authorizationCodeGrant(config, await sentBack(openBrowser(), url), checks)
    await expect(refused).rejects.toBeInstanceOf(client.AuthorizationResponseError)
    await expect(refused).rejects.toMatchObject({ error: 'login_required', code: 'OAUTH_AUTHORIZATION_RESPONSE_ERROR' })
  })

  test('RFC 6749 §5.2: at the token endpoint', async () => {
    const config = await discover('web')
    const { url, checks } = await begin(config)
    const back = await sentBack(openBrowser(), url)
    const wrong = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() }
    const refused = client.authorizationCodeGrant(config, back, wrong)
    await expect(refused).rejects.toBeInstanceOf(client.ResponseBodyError)
    await expect(refused).rejects.toMatchObject({ error: 'invalid_grant', status: 400 })
    await expect(client.authorizationCodeGrant(config, back, checks)).resolves.toMatchObject({ scope })
    await expect(client.authorizationCodeGrant(config, back, checks)).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  test('RFC 6749 §5.2: a wrong secret is invalid_client with a challenge', async () => {
    const config = await discover('job', client.ClientSecretBasic('wrong'))
    const refused = client.clientCredentialsGrant(config)
    await expect(refused).rejects.toBeInstanceOf(client.WWWAuthenticateChallengeError)
    await expect(refused).rejects.toMatchObject({
      status: 401,
      cause: [{ scheme: 'basic', parameters: { realm: 'Grantwise', error: 'invalid_client' } }],
    })
  })
})
