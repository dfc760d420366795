import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'
import { type FlowId, flows } from '../../src/advisor/flows.ts'
import { type ClientCode, codeFor } from '../../src/snippets/code-for.ts'
import type { CodeClient } from '../../src/snippets/snippet.ts'
import { secret } from '../support/world.ts'

const issuer = 'https://id.example.com'

const places = [
  [/:native|:loopback/, 'native'],
  [/:browser|implicit/, 'browser'],
  [/device/, 'device'],
] as const

/** A client as this flow's advice registers it. */
function clientOf(id: FlowId, changes: Partial<CodeClient> = {}): CodeClient {
  const flow = flows.find(it => it.id === id) ?? expect.fail(id)
  const [, runs_on] = places.find(([part]) => part.test(id)) ?? [undefined, 'server' as const]
  const federated = id === 'client_credentials:federated' ? { federated: { issuer: 'https://ci.example.com' } } : {}
  return {
    client_id: 'photo-prints',
    redirect_uris: flow.response_types.length > 0 ? ['http://127.0.0.1:3000/callback'] : [],
    grant_types: flow.grant_types,
    scope: 'openid profile email',
    token_endpoint_auth_method: flow.token_endpoint_auth_method ?? 'none',
    grantwise: { runs_on, audiences: ['https://api.example.com'], ...federated },
    ...changes,
  }
}

function codeOf(id: FlowId, changes: Partial<CodeClient> = {}, at = issuer, client_secret?: string): ClientCode {
  return codeFor({ issuer: at, client: clientOf(id, changes), flow: id }, client_secret)
}

const onServer = ['openid-client', 'oauth4webapi', 'express-openid-connect', 'authlib', 'curl']
const forItself = ['openid-client', 'oauth4webapi', 'authlib', 'curl']
const onLoopback = ['openid-client', 'oauth4webapi', 'authlib']
const expected: Readonly<Record<FlowId, readonly string[]>> = {
  'authorization_code+pkce:confidential': onServer,
  authorization_code: onServer,
  'authorization_code+bootstrap': onServer,
  bff: onServer,
  authorization_code_pkce: ['openid-client', 'oauth4webapi', 'authlib', 'curl'],
  'authorization_code_pkce:public': ['openid-client', 'oauth4webapi', 'authlib', 'curl'],
  'authorization_code_pkce:browser': ['oidc-client-ts', 'oauth4webapi'],
  'authorization_code_pkce:native': onLoopback,
  'authorization_code_pkce:loopback': onLoopback,
  'authorization_code_pkce:same-device': onLoopback,
  device_code: ['openid-client', 'authlib', 'curl'],
  client_credentials: forItself,
  'client_credentials:federated': ['curl'],
  password: ['curl'],
  ciba_or_none: [],
  'implicit+silent': [],
  none: [],
}

test.each(flows.map(it => it.id))('%s: the stacks that fit, and a reason where none does', id => {
  const { snippets, remarks } = codeOf(id)
  expect(snippets.map(it => it.id)).toEqual(expected[id])
  if (snippets.length === 0) expect(remarks).toHaveLength(1)
  const { retired } = flows.find(it => it.id === id) ?? {}
  if (retired !== undefined) expect(remarks).toContain(retired)
})

test('what is the same code is shown as the same code: what runs for one runs for all', () => {
  const { snippets } = codeOf('authorization_code+pkce:confidential')
  for (const id of ['authorization_code', 'authorization_code+bootstrap', 'bff'] as const) {
    expect(codeOf(id).snippets).toEqual(snippets)
    expect(codeOf(id).remarks).not.toEqual([])
  }
  const cli = { grantwise: { runs_on: 'cli', audiences: [] } } as const
  expect(codeOf('authorization_code_pkce:loopback', cli).snippets).toEqual(
    codeOf('authorization_code_pkce:native').snippets,
  )
})

test('the secret is in the .env, and there only where it is given', () => {
  for (const { id } of flows) {
    const { env, snippets } = codeOf(id, {}, issuer, secret)
    for (const { text, run, install = '' } of snippets) expect(text + run + install).not.toContain(secret)
    const keeps = clientOf(id).token_endpoint_auth_method.startsWith('client_secret_') && snippets.length > 0
    expect([id, env?.includes(`\nCLIENT_SECRET=${secret}\n`) ?? false]).toEqual([id, keeps])
    expect(codeOf(id).env ?? '').not.toContain(secret)
  }
})

test('http is put up with where the issuer is on this machine, and only there', () => {
  for (const { id } of flows) {
    for (const { text } of codeOf(id).snippets) expect(text).not.toMatch(/insecure/i)
    for (const { id: stack, text } of codeOf(id, {}, 'http://127.0.0.1:4000').snippets) {
      if (stack === 'openid-client' || stack === 'oauth4webapi') expect(text).toContain('allowInsecureRequests')
    }
  }
})

test('short, and with few comments', () => {
  for (const { id } of flows) {
    for (const { text, file } of codeOf(id, {}, 'http://127.0.0.1:4000').snippets) {
      const lines = text.split('\n')
      expect(lines.length, file).toBeLessThan(75)
      expect(Math.max(...lines.map(it => it.length)), text).toBeLessThan(100)
      expect(lines.filter(it => /^\s*(\/\/|#) /.test(it)).length, text).toBeLessThanOrEqual(3)
      expect(text).not.toMatch(/undefined[^,]|\p{Cc}(?<!\n)|\$\{/u)
      expect(text.endsWith('\n') && !text.endsWith('\n\n') && !text.startsWith('\n')).toBe(true)
    }
  }
})

test.each([
  [
    'an https address of its own alone',
    'authorization_code_pkce:native',
    { redirect_uris: ['https://app.example.com/callback'] },
    /AppAuth/,
  ],
  ['a method to come', 'client_credentials', { token_endpoint_auth_method: 'tls_client_auth' }, /tls_client_auth/],
  [
    'a page with a key of its own',
    'authorization_code_pkce:browser',
    { token_endpoint_auth_method: 'private_key_jwt' },
    /private_key_jwt/,
  ],
  ['no address to come back to', 'bff', { redirect_uris: [] }, /no redirect URI/],
  ['no API', 'client_credentials', { grantwise: { runs_on: 'server', audiences: [] } }, /no API yet/],
] as const)('%s: why there is no code', (_, id, changes, why) => {
  const { snippets, remarks, env } = codeOf(id, changes, issuer, secret)
  expect([snippets, env]).toEqual([[], undefined])
  expect(remarks.join()).toMatch(why)
})

test.each([
  ['authorization_code_pkce:native', { redirect_uris: ['https://a.example/cb', 'com.example.app:/cb'] }, /AppAuth/],
  ['client_credentials', { token_endpoint_auth_method: 'private_key_jwt' }, /PRIVATE_KEY_FILE/],
] as const)('%s with %j: code by the two libraries that do it, and what to know', (id, changes, said) => {
  const { snippets, remarks } = codeOf(id, changes)
  expect(snippets.map(it => it.id)).toEqual(['openid-client', 'oauth4webapi'])
  expect(remarks.join()).toMatch(said)
})

test('a key of its own is read from the file that the environment names, and its name and kind are the registered ones', () => {
  const changes = (jwk: object, only = {}) => ({
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [jwk, { kty: 'EC', kid: 'another' }] },
    ...only,
  })
  const textFor = (jwk: object, only = {}) => codeOf('client_credentials', changes(jwk, only)).snippets[0]?.text
  expect(textFor({ kty: 'EC', crv: 'P-256', kid: "it's" })).toContain("oidc.PrivateKeyJwt({ key, kid: 'it\\'s' })")
  expect(textFor({ kty: 'EC', crv: 'P-384' })).toMatch(/namedCurve: 'P-384'.*oidc.PrivateKeyJwt\(key\)/s)
  expect(textFor({ kty: 'RSA' })).toContain("name: 'RSASSA-PKCS1-v1_5'")
  expect(textFor({ kty: 'RSA', alg: 'PS256' })).toContain("name: 'RSA-PSS'")
  expect(textFor({ kty: 'RSA' }, { token_endpoint_auth_signing_alg: 'PS256' })).toContain("name: 'RSA-PSS'")
  expect(textFor({ kty: 'OKP', crv: 'Ed25519' })).toContain("const algorithm = 'Ed25519'")
  const { env = '' } = codeOf('client_credentials', changes({ kty: 'RSA' }), issuer, secret)
  expect(env).toContain('\nPRIVATE_KEY_FILE=private.pem\n')
  expect(env).not.toMatch(/SECRET/)
})

test('what renews is still short, and is there only where a refresh token comes', () => {
  const scope = 'openid offline_access'
  for (const { id } of flows) {
    const once = [
      codeOf(id),
      codeOf(id, { scope, grant_types: clientOf(id).grant_types.filter(it => it !== 'refresh_token') }),
    ]
    for (const { text } of once.flatMap(it => it.snippets)) expect(text).not.toMatch(/renew|refresh/i)
    for (const { text, id: stack } of codeOf(id, { scope }, 'http://127.0.0.1:4000').snippets) {
      const lines = text.split('\n')
      expect(lines.length, `${id} ${stack}`).toBeLessThan(105)
      expect(Math.max(...lines.map(it => it.length)), text).toBeLessThanOrEqual(100)
      const renews = clientOf(id).grant_types.includes('refresh_token') && !['authlib', 'curl'].includes(stack)
      if (id !== 'password') expect([id, stack, /renew|refresh/i.test(text)]).toEqual([id, stack, renews])
    }
  }
  const grantwise = { runs_on: 'server', policy: 'spotify', audiences: [] } as const
  expect(codeOf('authorization_code', { grantwise }).snippets[0]?.text).toContain('refreshTokenGrant')
})

test('an advice that its registration has left behind: what it is registered for counts', () => {
  const { snippets, remarks } = codeOf('implicit+silent', { grant_types: ['authorization_code'] })
  expect([snippets.map(it => it.id), remarks]).toEqual([['oidc-client-ts', 'oauth4webapi'], []])
})

test('a client that may do more is shown what its advice says; without advice, the sign-in', () => {
  const grant_types = ['client_credentials', 'authorization_code']
  const files = (flow: FlowId | undefined) =>
    codeFor({ issuer, client: clientOf('bff', { grant_types }), flow }).snippets.map(it => it.file)
  expect(files('client_credentials')).toContain('token.sh')
  expect(files(undefined)).toContain('sign-in.sh')
})

test('of several redirect URIs, the one that leads to this computer', () => {
  const redirect_uris = ['https://app.example.com/callback', 'http://127.0.0.1:3000/callback']
  for (const { text } of codeOf('authorization_code+pkce:confidential', { redirect_uris }).snippets) {
    expect(text).toMatch(/127\.0\.0\.1(:|%3A)3000/)
    expect(text).not.toContain('app.example.com')
  }
})

test('behind https, the cookie of a sign-in that began is of this very host', () => {
  const redirect_uris = ['https://app.example.com/callback']
  for (const { text } of codeOf('bff', { redirect_uris }).snippets.slice(0, 2)) {
    expect(text).toContain("'__Host-begun=' +")
    expect(text).toMatch(/Path=\/; Secure; HttpOnly; SameSite=Lax/)
  }
})

test('it takes less than 14 KB, gzipped', async () => {
  const bundle = await rolldown({ input: 'src/snippets/code-for.ts', logLevel: 'silent' })
  const { output } = await bundle.generate({ minify: true })
  await bundle.close()
  expect(gzipSync(output[0].code).length).toBeLessThan(14_000)
})
