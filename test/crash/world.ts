import { api, opaqueApi, secret } from '../support/world.ts'

/** A client under load, and what its registration says of its refresh tokens. */
export interface LoadedClient {
  readonly client_id: string
  readonly redirect_uri: string
  readonly audience: string
  /** Seconds in which a refresh whose answer was lost may be repeated. */
  readonly refresh_grace: number
}

const scopes = { 'catalog:read': { description: 'Read the catalogue', requires_user: false } }

/** Without a grace a second use is theft at once; with the longest there is, every lost answer can be had again. */
export const clients: readonly LoadedClient[] = [
  { client_id: 'strict', redirect_uri: 'http://127.0.0.1:5001/callback', audience: api, refresh_grace: 0 },
  { client_id: 'graced', redirect_uri: 'http://127.0.0.1:5002/callback', audience: api, refresh_grace: 300 },
  { client_id: 'opaque', redirect_uri: 'http://127.0.0.1:5003/callback', audience: opaqueApi, refresh_grace: 300 },
]

/** Who asks for tokens of their own: JWTs, which write nothing, and opaque ones, which do. */
export const jobs = ['job', 'opaque-job'] as const

export const scope = 'openid profile offline_access catalog:read'

export const crashWorld = {
  resource_servers: [
    { audience: api, name: 'Example API', scopes },
    { audience: opaqueApi, name: 'Opaque API', scopes, access_token_format: 'opaque' },
  ],
  clients: [
    ...clients.map(({ client_id, redirect_uri, audience, refresh_grace }) => ({
      client_id,
      client_secret: secret,
      client_name: `The ${client_id} app`,
      redirect_uris: [redirect_uri],
      grant_types: ['authorization_code', 'refresh_token'],
      scope,
      grantwise: { runs_on: 'server', acts_for: ['user'], audiences: [audience], refresh_grace },
    })),
    ...jobs.map(client_id => job(client_id, client_id === 'job' ? api : opaqueApi)),
  ],
}

/** What one apply adds: two clients that refer to an API of their own, so that half of it would show. */
export function addition(name: string) {
  const audience = `https://${name}.example.com`
  return {
    resource_servers: [{ audience, name, scopes }],
    clients: [job(`${name}-a`, audience), job(`${name}-b`, audience)],
  }
}

function job(client_id: string, audience: string) {
  return {
    client_id,
    client_secret: secret,
    client_name: `The ${client_id} job`,
    grant_types: ['client_credentials'],
    scope: 'catalog:read',
    grantwise: { runs_on: 'server', acts_for: ['self'], audiences: [audience] },
  }
}
