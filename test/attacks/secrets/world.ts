import { makeKey, signingClient } from '../../support/assertions.ts'
import type { Hoard } from './known.ts'

export const api = 'https://api.example.com'
export const opaqueApi = 'https://opaque.example.com'
export const callback = 'http://127.0.0.1:5001/callback'

const scopes = {
  'catalog:read': { description: 'Read the catalogue', requires_user: false },
  'profile:read': { description: 'Read your profile', requires_user: true },
}
const scope = 'openid profile email offline_access catalog:read profile:read'

/** The key of a client that signs. */
export const signer = await makeKey()

/** Everybody with a secret of their own, so that what is found says whose it is. */
export function secretWorld({ hide }: Hoard) {
  const secretOf = (client_id: string) =>
    hide(`client secret of ${client_id}`, `hush-client-secret-of-${client_id}-0123456789`)
  const passwordOf = (login: string) => hide(`password of ${login}`, `hush, the password of ${login}`)
  const secrets = {
    web: secretOf('web'),
    job: secretOf('job'),
    'api-server': secretOf('api-server'),
    'old-app': secretOf('old-app'),
  }
  const passwords = { alice: passwordOf('alice'), bob: passwordOf('bob') }
  const server = { runs_on: 'server', acts_for: ['user'] }
  return {
    secrets,
    passwords,
    document: {
      resource_servers: [
        { audience: api, name: 'Example API', scopes, client_id: 'api-server' },
        { audience: opaqueApi, name: 'Opaque API', scopes, access_token_format: 'opaque' },
      ],
      clients: [
        {
          client_id: 'web',
          client_secret: secrets.web,
          client_name: 'Web app',
          redirect_uris: [callback],
          post_logout_redirect_uris: ['http://127.0.0.1:5001/'],
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          scope,
          grantwise: { ...server, audiences: [api, opaqueApi] },
        },
        {
          client_id: 'job',
          client_secret: secrets.job,
          grant_types: ['client_credentials'],
          scope: 'catalog:read',
          grantwise: { runs_on: 'server', acts_for: ['self'], audiences: [api, opaqueApi] },
        },
        {
          client_id: 'old-app',
          client_secret: secrets['old-app'],
          client_name: 'Our old app',
          redirect_uris: [callback],
          grant_types: ['authorization_code', 'implicit', 'password', 'refresh_token'],
          response_types: ['code', 'code id_token token', 'id_token token'],
          scope,
          grantwise: { ...server, first_party: true, policy: 'auth0', audiences: [api] },
        },
        {
          client_id: 'tv',
          client_name: 'Television',
          token_endpoint_auth_method: 'none',
          grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
          scope,
          grantwise: { runs_on: 'device', acts_for: ['user'], audiences: [api] },
        },
        signingClient('signer', { jwks: { keys: [signer.jwk] } }),
        {
          client_id: 'api-server',
          client_secret: secrets['api-server'],
          grant_types: ['client_credentials'],
          scope: '',
          grantwise: { runs_on: 'server', acts_for: ['self'] },
        },
      ],
      users: [
        { login: 'alice', password: passwords.alice, email: 'alice@example.com', claims: { name: 'Alice' } },
        { login: 'bob', password: passwords.bob },
      ],
    },
  }
}

export type SecretWorld = ReturnType<typeof secretWorld>
