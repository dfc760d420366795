import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enter } from '../accounts/support.ts'
import { openBrowser, postedBack, sentBack } from '../support/browser.ts'
import { decide, typeCode, withDevices } from '../support/device.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { api, opaqueApi, otherSecret, secret, world } from '../support/world.ts'

const scope = 'openid profile email offline_access profile:read'
const redirect_uri = 'http://127.0.0.1:5001/callback'
const insecure = { [oauth.allowInsecureRequests]: true }
const web: oauth.Client = { client_id: 'web' }
const proof = oauth.ClientSecretBasic(secret)

let server: TestServer
let as: oauth.AuthorizationServer
beforeAll(async () => {
  server = await startServer({ document: withDevices(world) })
  as = await discover('oidc')
})
afterAll(() => server.close())

async function discover(algorithm: 'oidc' | 'oauth2'): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(server.issuer)
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm, ...insecure }))
}

/** An authorization request as its author reads the RFCs, and what it must remember of it. */
async function begin(changes: Record<string, string> = {}) {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const nonce = oauth.generateRandomNonce()
  const url = new URL(as.authorization_endpoint ?? '')
  const params = {
    client_id: web.client_id,
    redirect_uri,
    response_type: 'code',
    scope,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...changes,
  }
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  return { url: url.href, verifier, state, nonce }
}

interface Client {
  readonly client: oauth.Client
  readonly auth: oauth.ClientAuth
  readonly redirect_uri: string
}

/** From a fresh browser to processed tokens, every answer checked. */
async function logIn(changes: Record<string, string> = {}, as_?: Partial<Client>) {
  const { client, auth, redirect_uri: uri }: Client = { client: web, auth: proof, redirect_uri, ...as_ }
  const sent = await begin({ client_id: client.client_id, redirect_uri: uri, ...changes })
  const params = oauth.validateAuthResponse(as, client, await sentBack(openBrowser(), sent.url), sent.state)
  const response = await oauth.authorizationCodeGrantRequest(as, client, auth, params, uri, sent.verifier, insecure)
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
    expectedNonce: sent.nonce,
    maxAge: 600,
    requireIdToken: true,
  })
  return { tokens, claims: oauth.getValidatedIdTokenClaims(tokens) }
}

/** A request as it reaches the API. */
function bearing(access_token: string): Request {
  return new Request(`${api}/v1/me`, { headers: { authorization: `Bearer ${access_token}` } })
}

test('RFC 8628: a device asks, waits, and gets its tokens once it is let in', async () => {
  const tv: oauth.Client = { client_id: 'tv' }
  const none = oauth.None()
  const asked = await oauth.deviceAuthorizationRequest(as, tv, none, new URLSearchParams({ scope }), insecure)
  const { device_code, user_code } = await oauth.processDeviceAuthorizationResponse(as, tv, asked)
  const poll = async () =>
    oauth.processDeviceCodeResponse(as, tv, await oauth.deviceCodeGrantRequest(as, tv, none, device_code, insecure))
  await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending' })
  await expect(poll()).rejects.toMatchObject({ error: 'slow_down' })
  const { browser } = await enter(server)
  await decide(browser, await typeCode(browser, server.issuer, user_code))
  expect(oauth.getValidatedIdTokenClaims(await poll())).toMatchObject({ aud: 'tv', iss: server.issuer })
})

describe('discovery', () => {
  test('OIDC Discovery §4.3 and RFC 8414 §3.3: both documents are of this issuer and say the same', async () => {
    expect(await discover('oauth2')).toEqual(as)
    expect(as).toMatchObject({ issuer: server.issuer, code_challenge_methods_supported: ['S256'] })
  })
})

describe('authorization code', () => {
  const ways: readonly (readonly [string, Partial<Client>])[] = [
    ['client_secret_basic', { auth: oauth.ClientSecretBasic(secret) }],
    ['client_secret_post', { auth: oauth.ClientSecretPost(secret) }],
    ['none', { client: { client_id: 'spa' }, auth: oauth.None(), redirect_uri: 'http://127.0.0.1:5004/callback' }],
  ]
  test.each(ways)('OIDC Core §3.1.3.7: nonce, max_age and signature hold, with %s', async (_method, who) => {
    const { tokens, claims } = await logIn({ max_age: '600' }, who)
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope })
    expect(claims).toMatchObject({ iss: server.issuer, aud: who.client?.client_id ?? 'web', amr: ['pwd'] })
  })

  test('OIDC Core §3.1.3.7: the signature of the ID Token is checked against the JWKS', async () => {
    const sent = await begin()
    const params = oauth.validateAuthResponse(as, web, await sentBack(openBrowser(), sent.url), sent.state)
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      web,
      proof,
      params,
      redirect_uri,
      sent.verifier,
      insecure,
    )
    await oauth.processAuthorizationCodeResponse(as, web, response, { expectedNonce: sent.nonce })
    await expect(oauth.validateApplicationLevelSignature(as, response, insecure)).resolves.toBeUndefined()
  })

  test('Form Post Response Mode §2: the posted answer is validated like any other', async () => {
    const sent = await begin({ response_mode: 'form_post' })
    const posted = await postedBack(openBrowser(), sent.url)
    const form = new URLSearchParams(await posted.text())
    expect(oauth.validateAuthResponse(as, web, form, sent.state).get('iss')).toBe(server.issuer)
  })

  test('Multiple Response Types §2.1: so is the one in a fragment', async () => {
    const sent = await begin({ response_mode: 'fragment' })
    const { hash } = await sentBack(openBrowser(), sent.url)
    const answer = new URLSearchParams(hash.slice(1))
    expect(oauth.validateAuthResponse(as, web, answer, sent.state).get('code')).toMatch(/^\S+$/)
  })

  test('RFC 9207 §2.4: an answer without iss, or of another, is not accepted', async () => {
    const sent = await begin()
    const back = await sentBack(openBrowser(), sent.url)
    const { iss: _iss, ...without } = Object.fromEntries(back.searchParams)
    for (const params of [without, { ...without, iss: 'https://attacker.example' }]) {
      expect(() => oauth.validateAuthResponse(as, web, new URLSearchParams(params), sent.state)).toThrow(/iss/)
    }
  })
})

describe('access tokens', () => {
  test('RFC 9068 §4: a JWT for the API, and for nobody else', async () => {
    const { tokens, claims } = await logIn()
    const read = await oauth.validateJwtAccessToken(as, bearing(tokens.access_token), api, insecure)
    expect(read).toMatchObject({ client_id: 'web', sub: claims?.sub, scope, auth_time: claims?.auth_time })
    const elsewhere = oauth.validateJwtAccessToken(as, bearing(tokens.access_token), opaqueApi, insecure)
    await expect(elsewhere).rejects.toMatchObject({ code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' })
  })

  test('RFC 9068 §4: an ID Token is not taken for one', async () => {
    const { tokens } = await logIn()
    const confused = oauth.validateJwtAccessToken(as, bearing(tokens.id_token ?? ''), 'web', insecure)
    await expect(confused).rejects.toMatchObject({ code: 'OAUTH_INVALID_RESPONSE' })
  })

  test('RFC 6749 §4.4: client credentials, by RFC 9068 too', async () => {
    const job: oauth.Client = { client_id: 'job' }
    const parameters = { resource: api, scope: 'catalog:read profile:read' }
    const response = await oauth.clientCredentialsGrantRequest(as, job, proof, parameters, insecure)
    const tokens = await oauth.processClientCredentialsResponse(as, job, response)
    // profile:read is about a user, and a job has none.
    expect(tokens).toMatchObject({ scope: 'catalog:read', expires_in: 3600 })
    const read = await oauth.validateJwtAccessToken(as, bearing(tokens.access_token), api, insecure)
    expect(read).toMatchObject({ client_id: 'job', sub: 'job', scope: 'catalog:read' })
  })
})

describe('refresh', () => {
  const refresh = async (refresh_token: string, more: Record<string, string> = {}) => {
    const options = { ...insecure, additionalParameters: more }
    const response = await oauth.refreshTokenGrantRequest(as, web, proof, refresh_token, options)
    return oauth.processRefreshTokenResponse(as, web, response)
  }

  test('OIDC Core §12.2: the same user, without the nonce, under a new refresh token', async () => {
    const { tokens, claims } = await logIn()
    const renewed = await refresh(tokens.refresh_token ?? '')
    const again = oauth.getValidatedIdTokenClaims(renewed)
    expect(again).toMatchObject({ sub: claims?.sub, auth_time: claims?.auth_time })
    expect(again).not.toHaveProperty('nonce')
    expect(renewed.refresh_token).not.toBe(tokens.refresh_token)
  })

  test('RFC 8707 §2.2: resource is the authorized one, or invalid_target', async () => {
    const { tokens } = await logIn()
    const renewed = await refresh(tokens.refresh_token ?? '', { resource: api })
    const other = refresh(renewed.refresh_token ?? '', { resource: opaqueApi })
    await expect(other).rejects.toMatchObject({ error: 'invalid_target', status: 400 })
  })
})

describe('what becomes of tokens', () => {
  const introspect = async (client_id: string, token: string) => {
    const client: oauth.Client = { client_id }
    return oauth.processIntrospectionResponse(
      as,
      client,
      await oauth.introspectionRequest(as, client, proof, token, insecure),
    )
  }

  test('OIDC Core §5.3: userinfo is about the user of the ID Token', async () => {
    const { tokens, claims } = await logIn()
    const response = await oauth.userInfoRequest(as, web, tokens.access_token, insecure)
    const info = await oauth.processUserInfoResponse(as, web, claims?.sub ?? '', response)
    expect(info).toMatchObject({ name: 'Alice', preferred_username: 'alice', email: 'alice@example.com' })
  })

  test('RFC 7662 §2.2: JWTs, opaque tokens and refresh tokens, until they are revoked (RFC 7009 §2.1)', async () => {
    const { tokens } = await logIn()
    const refresh_token = tokens.refresh_token ?? ''
    expect(await introspect('web', tokens.access_token)).toMatchObject({ active: true, scope })
    expect(await introspect('api-server', tokens.access_token)).toMatchObject({ active: true, client_id: 'web' })
    expect(await introspect('web', refresh_token)).toMatchObject({ active: true, scope })
    expect(await introspect('api-server', refresh_token)).toEqual({ active: false })

    for (const token of [tokens.access_token, 'unknown']) {
      await oauth.processRevocationResponse(await oauth.revocationRequest(as, web, proof, token, insecure))
    }
    expect(await introspect('web', tokens.access_token)).toEqual({ active: false })
    expect(await introspect('web', refresh_token)).toEqual({ active: false })
  })

  test('RFC 7662 §2.2: an opaque token of a client itself', async () => {
    const job: oauth.Client = { client_id: 'opaque-job' }
    const response = await oauth.clientCredentialsGrantRequest(as, job, proof, { audience: opaqueApi }, insecure)
    const { access_token } = await oauth.processClientCredentialsResponse(as, job, response)
    const alive = { active: true, client_id: 'opaque-job', sub: 'opaque-job', aud: opaqueApi, scope: 'catalog:read' }
    expect(await introspect('opaque-job', access_token)).toMatchObject(alive)
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, job, proof, access_token, insecure))
    expect(await introspect('opaque-job', access_token)).toEqual({ active: false })
  })
})

describe('errors arrive as the library knows them', () => {
  test.each([
    ['login_required', { prompt: 'none' }],
    ['invalid_request', { code_challenge_method: 'plain' }],
    ['invalid_scope', { scope: 'catalog:write' }],
    ['invalid_target', { resource: opaqueApi }],
    ['request_not_supported', { request: 'eyJ9.e30.' }],
    ['unsupported_response_type', { response_type: 'token' }],
  ])('RFC 6749 §4.1.2.1: %s, with state and iss', async (error, changes) => {
    const sent = await begin(changes)
    const back = await sentBack(openBrowser(), sent.url)
    const read = () => oauth.validateAuthResponse(as, web, back, sent.state)
    expect(read).toThrow(oauth.AuthorizationResponseError)
    expect(read).toThrow(expect.objectContaining({ error }))
  })

  test('RFC 6749 §5.2: a code of another client is invalid_grant', async () => {
    const sent = await begin()
    const params = oauth.validateAuthResponse(as, web, await sentBack(openBrowser(), sent.url), sent.state)
    const thief: oauth.Client = { client_id: 'other-web' }
    const auth = oauth.ClientSecretBasic(otherSecret)
    const stolen = await oauth.authorizationCodeGrantRequest(
      as,
      thief,
      auth,
      oauth.validateAuthResponse(as, thief, params, sent.state),
      redirect_uri,
      sent.verifier,
      insecure,
    )
    const refused = oauth.processAuthorizationCodeResponse(as, thief, stolen)
    await expect(refused).rejects.toBeInstanceOf(oauth.ResponseBodyError)
    await expect(refused).rejects.toMatchObject({ error: 'invalid_grant', status: 400 })
  })

  test('RFC 6750 §3: userinfo challenges a token that it does not know', async () => {
    const refused = oauth.userInfoRequest(as, web, 'unknown', insecure)
    await expect(refused.then(response => oauth.processUserInfoResponse(as, web, 'x', response))).rejects.toMatchObject(
      {
        status: 401,
        cause: [{ scheme: 'bearer', parameters: { error: 'invalid_token' } }],
      },
    )
  })
})
