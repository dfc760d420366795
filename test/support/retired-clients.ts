import { api, secret, type world } from './world.ts'

/** A page that reads tokens from its own address, as policy `auth0` still lets it. */
export const implicitClient = {
  client_id: 'old-spa',
  client_name: 'Old single-page app',
  token_endpoint_auth_method: 'none',
  redirect_uris: ['http://127.0.0.1:5020/callback'],
  grant_types: ['implicit'],
  response_types: ['token', 'id_token', 'id_token token'],
  scope: 'openid profile email offline_access catalog:read profile:read',
  grantwise: { runs_on: 'browser', acts_for: ['user'], policy: 'auth0', audiences: [api] },
  /** What its requests have that those of other clients have not. */
  asks: {
    client_id: 'old-spa',
    redirect_uri: 'http://127.0.0.1:5020/callback',
    code_challenge: undefined,
    code_challenge_method: undefined,
  },
} as const

/** A server that takes a code and wants tokens beside it at once. */
export const hybridClient = {
  client_id: 'old-web',
  client_secret: secret,
  client_name: 'Old web app',
  redirect_uris: ['http://127.0.0.1:5021/callback'],
  grant_types: ['authorization_code', 'implicit', 'refresh_token'],
  response_types: ['code', 'code id_token', 'code token', 'code id_token token'],
  scope: 'openid profile email offline_access catalog:read profile:read',
  grantwise: { runs_on: 'server', acts_for: ['user'], policy: 'auth0', audiences: [api] },
  asks: {
    client_id: 'old-web',
    redirect_uri: 'http://127.0.0.1:5021/callback',
    code_challenge: undefined,
    code_challenge_method: undefined,
  },
} as const

/** Our own app with a form of its own. */
export const passwordClient = {
  client_id: 'old-app',
  client_secret: secret,
  client_name: 'Our old app',
  redirect_uris: [],
  grant_types: ['password', 'refresh_token'],
  response_types: [],
  scope: 'openid profile email offline_access catalog:read profile:read',
  grantwise: { runs_on: 'server', acts_for: ['user'], first_party: true, policy: 'auth0', audiences: [api] },
} as const

/** A document and the clients of the retired flows. */
export function withRetired<T extends Pick<typeof world, 'clients'>>(document: T) {
  const clients = [implicitClient, hybridClient].map(({ asks: _, ...client }) => client)
  return { ...document, clients: [...document.clients, ...clients, passwordClient] }
}
