/** What most tests are about: an API, one client of each kind, and two people. */
export const api = 'https://api.example.com'
export const opaqueApi = 'https://opaque.example.com'
export const secret = 'a-secret-of-32-characters-or-more'
export const otherSecret = 'another-secret-of-32-characters-or-more'
export const password = 'correct horse battery staple'
/** The same as argon2id keeps it, with which most tests need not wait for a hash. */
export const password_hash =
  '$argon2id$v=19$m=19456,t=2,p=1$LMDOePVNuayStsnruLtmJw$fDWvXoCi8HrN5Vcq6FmYc9yoqmuRvXNKjfZgmX7usQs'

const scopes = {
  'catalog:read': { description: 'Read the catalogue', requires_user: false },
  'profile:read': { description: 'Read your profile', requires_user: true },
}
const everything = 'openid profile email offline_access catalog:read profile:read'
const codeGrants = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] }

export const world = {
  resource_servers: [
    { audience: api, name: 'Example API', scopes, client_id: 'api-server' },
    { audience: opaqueApi, name: 'Opaque API', scopes, access_token_format: 'opaque' },
  ],
  clients: [
    {
      client_id: 'web',
      client_secret: secret,
      client_name: 'Web app',
      redirect_uris: ['http://127.0.0.1:5001/callback'],
      post_logout_redirect_uris: ['http://127.0.0.1:5001/'],
      ...codeGrants,
      scope: everything,
      grantwise: { runs_on: 'server', acts_for: ['user'], audiences: [api] },
    },
    {
      client_id: 'other-web',
      client_secret: otherSecret,
      client_name: 'Other web app',
      redirect_uris: ['http://127.0.0.1:5002/callback'],
      ...codeGrants,
      scope: everything,
      grantwise: { runs_on: 'server', acts_for: ['user'], audiences: [api, opaqueApi] },
    },
    {
      client_id: 'when-sent',
      client_secret: secret,
      client_name: 'App of an older library',
      redirect_uris: ['http://127.0.0.1:5003/callback'],
      ...codeGrants,
      scope: everything,
      grantwise: { runs_on: 'server', acts_for: ['user'], pkce: 'when_sent', audiences: [api] },
    },
    {
      client_id: 'spa',
      client_name: 'Single-page app',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1:5004/callback'],
      ...codeGrants,
      scope: everything,
      grantwise: { runs_on: 'browser', acts_for: ['user'], audiences: [api] },
    },
    {
      client_id: 'native',
      client_name: 'Native app',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/callback', 'com.example.app:/callback'],
      ...codeGrants,
      scope: everything,
      grantwise: { runs_on: 'native', acts_for: ['user'], audiences: [api] },
    },
    {
      client_id: 'first-party',
      client_secret: secret,
      client_name: 'Our own app',
      redirect_uris: ['http://127.0.0.1:5005/callback'],
      post_logout_redirect_uris: ['http://127.0.0.1:5005/'],
      ...codeGrants,
      scope: everything,
      grantwise: { runs_on: 'server', acts_for: ['user'], first_party: true, audiences: [api] },
    },
    {
      client_id: 'login-only',
      client_secret: secret,
      client_name: 'Sign-in only',
      redirect_uris: ['http://127.0.0.1:5006/callback'],
      ...codeGrants,
      scope: 'openid profile email',
      grantwise: { runs_on: 'server', acts_for: ['user'], first_party: true },
    },
    {
      client_id: 'job',
      client_secret: secret,
      client_name: 'Nightly job',
      grant_types: ['client_credentials'],
      scope: 'catalog:read profile:read',
      grantwise: { runs_on: 'server', acts_for: ['self'], audiences: [api] },
    },
    {
      client_id: 'opaque-job',
      client_secret: secret,
      client_name: 'Job of the opaque API',
      grant_types: ['client_credentials'],
      scope: 'catalog:read',
      grantwise: { runs_on: 'server', acts_for: ['self'], audiences: [api, opaqueApi] },
    },
    {
      client_id: 'api-server',
      client_secret: secret,
      client_name: 'The API itself',
      grant_types: ['client_credentials'],
      scope: '',
      grantwise: { runs_on: 'server', acts_for: ['self'] },
    },
  ],
  users: [
    {
      login: 'alice',
      password_hash,
      email: 'alice@example.com',
      email_verified: true,
      claims: { name: 'Alice', given_name: 'Alice', department: 'Music' },
    },
    { login: 'bob', password_hash, email: 'bob@example.com', email_verified: false, claims: { name: 'Bob' } },
  ],
} as const
