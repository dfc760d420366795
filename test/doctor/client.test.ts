import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { found, look } from './samples.ts'

const day = 86_400
const sound = {
  client_id: 'web',
  redirect_uris: ['https://app.example.com/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'private_key_jwt',
}

test('what is sound gives nothing to say; neither does the example’s apply file', () => {
  expect(found(sound)).toEqual([])
  expect(found(readFileSync('examples/apply.json', 'utf8'))).toEqual([])
})

test.each<[string, object, string]>([
  ['password', { grant_types: ['password'] }, 'error password-used'],
  ['implicit', { response_types: ['token'] }, 'error implicit-used'],
  [
    'public, for itself',
    { token_endpoint_auth_method: 'none', grant_types: ['client_credentials'] },
    'error public-for-itself',
  ],
  [
    'a secret in a page',
    { token_endpoint_auth_method: 'client_secret_post', grantwise: { runs_on: 'browser' } },
    'error secret-exposed',
  ],
  ['challenges only when sent', { grantwise: { pkce: 'when_sent' } }, 'warning pkce-not-required'],
  [
    'public, not rotated',
    { token_endpoint_auth_method: 'none', grantwise: { refresh_rotation: false } },
    'error refresh-not-rotated',
  ],
  ['a refresh token for ever', { grantwise: { refresh_max_ttl: 400 * day } }, 'warning refresh-long'],
  ['a long access token', { access_token_ttl: 30 * day }, 'warning access-token-long'],
  ['any origin', { grantwise: { web_origins: ['*'] } }, 'error origin-wildcard'],
  ['unsigned', { id_token_signed_response_alg: 'none' }, 'error alg-none'],
  ['signed with the secret', { id_token_signed_response_alg: 'HS256' }, 'warning alg-symmetric'],
  ['a pattern', { redirect_uris: ['https://*.example.com/cb'] }, 'error redirect-wildcard'],
  ['a fragment', { redirect_uris: ['https://app.example.com/#/cb'] }, 'error redirect-fragment'],
])('%s', (_, change, expected) => {
  expect(found({ ...sound, ...change })).toContain(expected)
})

test('a confidential client may keep its refresh token', () => {
  expect(found({ ...sound, grantwise: { refresh_rotation: false } })).toEqual([])
})

test('the small server behind a page may have a secret; the page without it may not', () => {
  const described = (flow: string) => ({
    ...sound,
    token_endpoint_auth_method: 'client_secret_basic',
    grantwise: { runs_on: 'browser', advice: { flow } },
  })
  expect(found(described('bff'))).toEqual([])
  expect(found(described('authorization_code_pkce:browser'))).toContain('error secret-exposed')
})

test('as Auth0’s Management API has it', () => {
  const app = {
    name: 'Old page',
    client_id: 'x',
    app_type: 'spa',
    token_endpoint_auth_method: 'none',
    callbacks: ['http://localhost:3000', 'https://app.example.com/*'],
    allowed_origins: ['https://app.example.com'],
    grant_types: [
      'implicit',
      'authorization_code',
      'refresh_token',
      'http://auth0.com/oauth/grant-type/password-realm',
    ],
    jwt_configuration: { alg: 'HS256', lifetime_in_seconds: 36_000 },
    refresh_token: { rotation_type: 'non-rotating', token_lifetime: 31_557_600 },
  }
  expect(look(app)[0]?.about).toBe('Old page')
  expect(found(app)).toEqual([
    'error password-used',
    'error implicit-used',
    'error refresh-not-rotated',
    'error redirect-wildcard',
    'warning refresh-long',
    'warning alg-symmetric',
    'warning redirect-localhost',
  ])
})

test('as Keycloak exports it', () => {
  const app = {
    clientId: 'shop',
    publicClient: true,
    redirectUris: ['*'],
    webOrigins: ['*'],
    standardFlowEnabled: true,
    implicitFlowEnabled: true,
    directAccessGrantsEnabled: true,
    serviceAccountsEnabled: false,
    attributes: { 'access.token.lifespan': '604800' },
  }
  expect(found(app)).toEqual([
    'error password-used',
    'error implicit-used',
    'error origin-wildcard',
    'error redirect-wildcard',
    'warning pkce-not-required',
    'warning access-token-long',
  ])
})

test('a list of clients is looked at one by one', () => {
  const { length } = look([sound, { ...sound, client_id: 'other' }])
  expect(length).toBe(2)
})
