import { hashPassword } from '../../src/identity/argon2.ts'
import { access_token_ttl, apiServer, audiences, job, loginOf, password, userCount, web } from '../world.ts'

/** What Grantwise serves in the benchmark, as an apply file. */
export function applyFile(): object {
  const scopes = {
    'catalog:read': { description: 'Read the catalogue', requires_user: false },
    'profile:read': { description: 'Read your profile', requires_user: true },
  }
  const everyAudience = Object.values(audiences)
  const password_hash = hashPassword(password)
  const machine = { runs_on: 'server', acts_for: ['self'] }
  return {
    resource_servers: Object.entries(audiences).map(([kind, audience]) => ({
      audience,
      name: `API with ${kind}`,
      access_token_ttl,
      ...(kind === 'opaque'
        ? { access_token_format: 'opaque', client_id: apiServer.client_id }
        : { access_token_format: 'jwt', access_token_signing_alg: kind }),
      scopes,
    })),
    clients: [
      {
        ...job,
        client_name: 'Job',
        grant_types: ['client_credentials'],
        scope: 'catalog:read',
        grantwise: { ...machine, audiences: everyAudience },
      },
      {
        ...apiServer,
        client_name: 'The opaque API',
        grant_types: ['client_credentials'],
        grantwise: machine,
      },
      {
        client_id: web.client_id,
        client_secret: web.client_secret,
        client_name: 'Web app',
        redirect_uris: [web.redirect_uri],
        grant_types: ['authorization_code', 'refresh_token'],
        id_token_signed_response_alg: 'ES256',
        scope: web.scope,
        grantwise: { runs_on: 'server', acts_for: ['user'], first_party: true, audiences: everyAudience },
      },
    ],
    users: Array.from({ length: userCount }, (_, index) => {
      const login = loginOf(index)
      return { login, password_hash, email: `${login}@example.com`, email_verified: true, claims: { name: login } }
    }),
  }
}
