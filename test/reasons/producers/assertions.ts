import { askWith, claimsOf, makeKey, sign, signingClient, withAssertion } from '../../support/assertions.ts'
import { post } from '../../support/token.ts'
import { type Producer, scene } from '../stage.ts'

const key = await makeKey()
const stranger = await makeKey('ES256', key.kid)
const issuer = 'https://ci.example.com'
const jwks = { keys: [key.jwk] }
const federated = { issuer, subject: 'repo:photos/prints:ref:refs/heads/main', jwks }
const document = {
  ...scene,
  clients: [
    ...scene.clients,
    signingClient('signer', { jwks }),
    signingClient('signer-es384', { jwks: { keys: [(await makeKey('ES384', key.kid)).jwk] } }),
    signingClient('one-alg', { jwks_uri: 'https://127.0.0.1/jwks.json', token_endpoint_auth_signing_alg: 'PS256' }),
    signingClient('unreachable', { jwks_uri: 'https://127.0.0.1/jwks.json' }),
    signingClient('pipeline', {}, { federated }),
  ],
}

/** An assertion of a client, with these claims changed. */
const asserting =
  (changes: Readonly<Record<string, unknown>>, client_id = 'signer', by = key, times = 1): Producer =>
  async ({ fresh }) => {
    const server = await fresh({ document })
    const assertion = await sign(by, claimsOf(client_id, server, changes))
    for (let time = 1; time < times; time++) await askWith(server.issuer, assertion, { client_id })
    return askWith(server.issuer, assertion, { client_id })
  }

/** What is refused of an assertion (RFC 7523 §3). */
export const assertions = {
  'assertion-type-unsupported': ({ issuer }) =>
    post(`${issuer}/token`, {
      grant_type: 'client_credentials',
      ...withAssertion('a.b.c'),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
    }),
  'assertion-malformed': ({ issuer }) => askWith(issuer, 'a.b.c', { client_id: 'job' }),
  'assertion-expired': asserting({ exp: 1 }),
  'assertion-times-wrong': asserting({ exp: 9_999_999_999 }),
  'assertion-audience-wrong': asserting({ aud: 'https://other.example.com' }),
  'assertion-replayed': asserting({}, 'signer', key, 2),
  'assertion-issuer-wrong': asserting({ iss: 'https://other.example.com', sub: 'x' }, 'pipeline'),
  'assertion-subject-wrong': asserting({ iss: issuer, sub: 'repo:photos/prints:pull_request' }, 'pipeline'),
  'assertion-alg-wrong': asserting({}, 'one-alg'),
  'assertion-key-unknown': asserting({}, 'signer-es384'),
  'assertion-keys-unavailable': asserting({}, 'unreachable'),
  'assertion-signature-wrong': asserting({}, 'signer', stranger),
} satisfies Readonly<Record<string, Producer>>
