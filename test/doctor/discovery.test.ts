import { describe, expect, test } from 'vitest'
import { metadata } from '../../src/core/endpoints/metadata.ts'
import { signingAlgs } from '../../src/keys/algorithms.ts'
import { offeredBy } from '../../src/offered.ts'
import { found, look, published } from './samples.ts'

describe('what others publish', () => {
  test.each([
    ['google', ['implicit-offered', 'pkce-plain', 'iss-missing', 'client-keys-missing', 'tokens-not-bound']],
    ['auth0', ['implicit-offered', 'pkce-plain', 'iss-missing', 'alg-symmetric', 'tokens-not-bound']],
    ['keycloak', ['password-offered', 'alg-none', 'implicit-offered', 'pkce-plain', 'alg-symmetric']],
    ['spotify', ['iss-missing', 'client-keys-missing', 'tokens-not-bound']],
  ])('%s', (name, ids) => {
    expect(look(published(name))[0]?.findings.map(({ id }) => id)).toEqual(ids)
  })
})

test('this server, as it comes, gives nothing to warn of; with everything allowed it does', () => {
  const publishedBy = (allow: readonly ('implicit' | 'hybrid' | 'password')[]) =>
    metadata({ issuer: 'https://id.example.com', ...offeredBy({ allow }), keys: { algs: signingAlgs } })
  expect(found(publishedBy([]))).toEqual(['note tokens-not-bound'])
  expect(found(publishedBy(['implicit', 'password']))).toEqual([
    'error password-offered',
    'warning implicit-offered',
    'note tokens-not-bound',
  ])
})

const sound = {
  issuer: 'https://id.example.com',
  authorization_endpoint: 'https://id.example.com/authorize',
  token_endpoint: 'https://id.example.com/token',
  revocation_endpoint: 'https://id.example.com/revoke',
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
  authorization_response_iss_parameter_supported: true,
  dpop_signing_alg_values_supported: ['ES256'],
}

test('what is sound gives nothing to say', () => {
  expect(found(sound)).toEqual([])
  expect(found(sound, 'https://id.example.com')).toEqual([])
})

test.each<[string, object, string | undefined, string]>([
  ['of another issuer', {}, 'https://other.example.com', 'error issuer-differs'],
  ['without what clients need', { response_types_supported: undefined }, undefined, 'error metadata-missing'],
  ['an http endpoint', { token_endpoint: 'http://id.example.com/token' }, undefined, 'error endpoint-not-https'],
  ['no PKCE', { code_challenge_methods_supported: undefined }, undefined, 'error pkce-missing'],
  ['only plain', { code_challenge_methods_supported: ['plain'] }, undefined, 'error pkce-missing'],
  ['unsigned assertions', { token_endpoint_auth_signing_alg_values_supported: ['none'] }, undefined, 'error alg-none'],
  ['request_uri from anywhere', { request_uri_parameter_supported: true }, undefined, 'note request-uri-open'],
  ['no revocation', { revocation_endpoint: undefined }, undefined, 'note revocation-missing'],
  ['iss only by word', { authorization_response_iss_parameter_supported: 'true' }, undefined, 'warning iss-missing'],
])('%s', (_, change, asked, expected) => {
  expect(found({ ...sound, ...change }, asked)).toContain(expected)
})

test('http on this machine is nobody’s to read', () => {
  const local = { ...sound, issuer: 'http://127.0.0.1:4000', token_endpoint: 'http://127.0.0.1:4000/token' }
  expect(found(local)).toEqual([])
})
