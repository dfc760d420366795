import { decodeJwt } from 'jose'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askWith, claimsOf, makeKey, sign, signingClient, withAssertion } from '../support/assertions.ts'
import { authorizeUrl, openBrowser, sentBack } from '../support/browser.ts'
import { type KeyServer, startKeyServer } from '../support/key-server.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { get, post } from '../support/token.ts'
import { api, world } from '../support/world.ts'

const algs = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA', 'Ed25519'] as const
const keys = await Promise.all(algs.map(alg => makeKey(alg)))
const [key] = keys
if (!key) throw new Error('no key')
const ci = 'https://ci.example.com'
const platformKey = await makeKey('RS256')
const main = 'repo:photos/prints:ref:refs/heads/main'

let server: TestServer
let published: KeyServer
beforeAll(async () => {
  published = await startKeyServer()
  const [web] = world.clients
  const { client_secret: _, ...rest } = web
  const signed = { token_endpoint_auth_method: 'private_key_jwt' }
  server = await startServer({
    ...published.reached,
    document: {
      ...world,
      clients: [
        ...world.clients,
        ...keys.map(({ alg, jwk }) => signingClient(alg, { jwks: { keys: [jwk] } })),
        { ...rest, ...signed, client_id: 'signed-web', jwks: { keys: [key.jwk] } },
        signingClient('opaque', { jwks: { keys: [key.jwk] } }, { audiences: ['https://opaque.example.com'] }),
        signingClient('remote', { jwks_uri: `${published.url}/jwks.json` }),
        signingClient('only-es256', {
          jwks: { keys: keys.map(it => it.jwk) },
          token_endpoint_auth_signing_alg: 'ES256',
        }),
        signingClient('pinned', {}, { federated: { issuer: ci, subject: main, jwks: { keys: [platformKey.jwk] } } }),
        signingClient(
          'found',
          {},
          { federated: { issuer: published.url, subject: main, claims: { ref_protected: 'true' } } },
        ),
        signingClient(
          'other-aud',
          {},
          { federated: { issuer: ci, subject: main, audience: 'org:4711', jwks: { keys: [platformKey.jwk] } } },
        ),
      ],
    },
  })
  published.documents.set('/jwks.json', { keys: [key.jwk] })
  published.documents.set('/keys', { keys: [platformKey.jwk] })
  published.documents.set('/.well-known/openid-configuration', {
    issuer: published.url,
    jwks_uri: `${published.url}/keys`,
  })
})
afterAll(async () => {
  await server.close()
  await published.close()
})

describe('by openid-client and oauth4webapi', () => {
  const insecure = { execute: [client.allowInsecureRequests] }

  test.each(keys.map(it => [it.alg, it] as const))(
    'a client that acts for itself, with %s',
    async (alg, { privateKey, kid }) => {
      // The name that RFC 9864 retires is all that WebCrypto’s Ed25519 keys can be told by.
      const proof = client.PrivateKeyJwt(
        { key: privateKey, kid },
        { [client.modifyAssertion]: header => Object.assign(header, { alg }) },
      )
      const config = await client.discovery(new URL(server.issuer), alg, {}, proof, insecure)
      const tokens = await client.clientCredentialsGrant(config, { resource: api })
      expect(decodeJwt(tokens.access_token)).toMatchObject({ client_id: alg, sub: alg, aud: api })
      expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: true })
      await client.tokenRevocation(config, tokens.access_token)
      expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: false })
    },
  )

  test('a web application: code, PKCE and refresh', async () => {
    const config = await client.discovery(
      new URL(server.issuer),
      'signed-web',
      {},
      client.PrivateKeyJwt(key.privateKey),
      insecure,
    )
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const code_challenge = await client.calculatePKCECodeChallenge(pkceCodeVerifier)
    const url = authorizeUrl(server.issuer, {
      client_id: 'signed-web',
      code_challenge,
      state: undefined,
      nonce: undefined,
    })
    const tokens = await client.authorizationCodeGrant(config, await sentBack(openBrowser(), url), { pkceCodeVerifier })
    const again = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    expect(again.access_token).not.toBe(tokens.access_token)
  })

  test('oauth4webapi', async () => {
    const as = { issuer: server.issuer, token_endpoint: `${server.issuer}/token` }
    const me = { client_id: 'ES256' }
    const allow = { [oauth.allowInsecureRequests]: true }
    const proof = oauth.PrivateKeyJwt(key.privateKey)
    const response = await oauth.clientCredentialsGrantRequest(
      as,
      me,
      proof,
      new URLSearchParams({ resource: api }),
      allow,
    )
    expect((await oauth.processClientCredentialsResponse(as, me, response)).token_type).toBe('bearer')
  })
})

describe('RFC 7521 §4.2, RFC 7523 §3', () => {
  const own = async (changes: Record<string, unknown> = {}, more = {}, header = {}) =>
    askWith(server.issuer, await sign(key, claimsOf('ES256', server, changes), header), more)

  test('client_id is not needed beside it', async () => {
    expect((await own()).status).toBe(200)
    expect((await own({}, { client_id: 'ES256' })).status).toBe(200)
  })

  test('aud may be a list of one, iat, nbf and typ be absent, kid too where one key fits', async () => {
    expect((await own({ aud: [server.issuer] })).status).toBe(200)
    expect((await own({ iat: undefined }, {}, { typ: undefined })).status).toBe(200)
    expect((await own({}, {}, { kid: undefined })).status).toBe(200)
    expect((await own({}, {}, { typ: 'client-authentication+jwt' })).status).toBe(200)
  })

  test('clocks may differ by half a minute', async () => {
    const now = server.clock.now()
    expect((await own({ iat: now + 30, nbf: now + 30, exp: now + 330 })).status).toBe(200)
    expect((await own({ exp: now - 29 })).status).toBe(200)
  })

  test('of several keys that fit, each is tried where the header names none', async () => {
    const [one, two] = await Promise.all([makeKey('ES256', 'one'), makeKey('ES256', 'two')])
    await server.apply({ clients: [signingClient('two-keys', { jwks: { keys: [one.jwk, two.jwk] } })] })
    for (const it of [one, two]) {
      const assertion = await sign(it, claimsOf('two-keys', server), { kid: undefined })
      expect((await askWith(server.issuer, assertion)).status).toBe(200)
    }
  })

  test('aud is the issuer: the address of the endpoint is refused with what to send', async () => {
    const { status, body } = await own({ aud: `${server.issuer}/token` })
    expect([status, body.error]).toEqual([401, 'invalid_client'])
    expect(body.error_description).toBe(`aud of client_assertion must be ${server.issuer} and nothing else`)
  })

  test('an algorithm that is registered is the only one', async () => {
    const answers = await Promise.all(
      keys.map(async it => (await askWith(server.issuer, await sign(it, claimsOf('only-es256', server)))).status),
    )
    expect(answers).toEqual([200, 401, 401, 401, 401, 401])
  })

  test('at every endpoint it is for the issuer', async () => {
    const asserted = async () => withAssertion(await sign(key, claimsOf('ES256', server)))
    for (const path of ['introspect', 'revoke']) {
      expect((await post(`${server.issuer}/${path}`, { token: 'x', ...(await asserted()) })).status).toBe(200)
    }
    const device = { runs_on: 'device', acts_for: ['user'] }
    const grant_types = ['urn:ietf:params:oauth:grant-type:device_code']
    await server.apply({
      clients: [{ ...signingClient('tv', { jwks: { keys: [key.jwk] } }, device), grant_types, scope: 'openid' }],
    })
    const sent = withAssertion(await sign(key, claimsOf('tv', server)), { scope: 'openid' })
    const asked = await post(`${server.issuer}/device_authorization`, sent)
    expect([asked.status, typeof asked.body['user_code']]).toEqual([200, 'string'])
    expect((await post(`${server.issuer}/device_authorization`, sent)).body.error).toBe('invalid_client')
  })

  test('what was used is forgotten once it would be refused as expired', async () => {
    const assertion = await sign(key, claimsOf('ES256', server))
    const counted = async () => (await server.data.store.sweep(server.clock.now()))['assertion_jtis'] ?? 0
    await counted()
    expect((await askWith(server.issuer, assertion)).status).toBe(200)
    server.clock.pass(89)
    expect(await counted()).toBeGreaterThanOrEqual(0)
    expect((await askWith(server.issuer, assertion)).body.error_description).toMatch(/was used before/)
    server.clock.pass(1)
    expect((await askWith(server.issuer, assertion)).body.error_description).toMatch(/has expired/)
    expect(await counted()).toBeGreaterThan(0)
  })

  test('RFC 8414 §2: the metadata lists the algorithms', async () => {
    const { body } = await get(`${server.issuer}/.well-known/oauth-authorization-server`)
    for (const endpoint of ['token', 'introspection', 'revocation']) {
      expect(body[`${endpoint}_endpoint_auth_methods_supported`]).toContain('private_key_jwt')
      expect(body[`${endpoint}_endpoint_auth_signing_alg_values_supported`]).toEqual(algs)
    }
  })

  test('the journey is that of the client that was found by it', async () => {
    await own()
    const { journeys } = await server.journeys.list({ limit: 1 })
    expect(journeys[0]).toMatchObject({ client_id: 'ES256', outcome: { kind: 'granted' } })
  })
})

describe('keys at a jwks_uri', () => {
  const asRemote = async (by = key) => askWith(server.issuer, await sign(by, claimsOf('remote', server)))
  const asked = () => published.asked.filter(path => path === '/jwks.json').length

  test('are fetched once, and again for a kid that is new', async () => {
    expect((await asRemote()).status).toBe(200)
    expect((await asRemote()).status).toBe(200)
    expect(asked()).toBe(1)
    const next = await makeKey()
    published.documents.set('/jwks.json', { keys: [key.jwk, next.jwk] })
    server.clock.pass(30)
    expect((await asRemote(next)).status).toBe(200)
    expect(asked()).toBe(2)
  })

  test('a key that was taken away is refused ten minutes later at the latest', async () => {
    const last = await makeKey()
    published.documents.set('/jwks.json', { keys: [last.jwk] })
    server.clock.pass(600)
    expect((await asRemote()).status).toBe(401)
    expect((await asRemote(last)).status).toBe(200)
    published.documents.set('/jwks.json', { keys: [key.jwk] })
    server.clock.pass(600)
  })

  test('serve for an hour while they cannot be fetched', async () => {
    expect((await asRemote()).status).toBe(200)
    published.documents.delete('/jwks.json')
    server.clock.pass(3599)
    expect((await asRemote()).status).toBe(200)
    server.clock.pass(1)
    expect((await asRemote()).status).toBe(401)
    published.documents.set('/jwks.json', { keys: [key.jwk] })
    server.clock.pass(30)
    expect((await asRemote()).status).toBe(200)
  })
})

describe('a platform that vouches for a client', () => {
  const job = (client_id: string, changes: Record<string, unknown> = {}) =>
    sign(platformKey, {
      ...claimsOf('', server),
      iss: ci,
      sub: main,
      exp: server.clock.now() + 900,
      ...changes,
    }).then(token => askWith(server.issuer, token, { client_id }))

  test('its token is the client’s assertion: keys that are registered', async () => {
    const { status, body } = await job('pinned')
    expect([status, decodeJwt(String(body['access_token'])).sub]).toEqual([200, 'pinned'])
  })

  test('keys that its metadata names', async () => {
    expect((await job('found', { iss: published.url, ref_protected: 'true' })).status).toBe(200)
    expect((await job('found', { iss: published.url, ref_protected: 'true' })).status).toBe(200)
    expect(published.asked.filter(path => path !== '/jwks.json')).toEqual([
      '/.well-known/openid-configuration',
      '/keys',
    ])
  })

  test('an audience of its own, where it cannot be told another', async () => {
    expect((await job('other-aud', { aud: 'org:4711' })).status).toBe(200)
    expect((await job('other-aud')).body.error_description).toMatch(/aud of client_assertion must be org:4711/)
  })

  test('a token without a jti is itself what is good once', async () => {
    const claims = { ...claimsOf('', server), iss: ci, sub: main, jti: undefined }
    const token = await sign(platformKey, claims)
    const answers = [await askWith(server.issuer, token, { client_id: 'pinned' })]
    // Another spelling of it: the signature is not what makes it another.
    answers.push(await askWith(server.issuer, await sign(platformKey, claims), { client_id: 'pinned' }))
    expect(answers.map(({ status }) => status)).toEqual([200, 401])
    expect(answers[1]?.body.error_description).toMatch(/was used before/)
  })
})
