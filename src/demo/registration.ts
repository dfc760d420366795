import { basePath } from './base-path.ts'

/** Somebody to sign in as. Everybody knows the password. */
export interface DemoUser {
  readonly login: string
  readonly password: string
}

export const demoUsers: readonly DemoUser[] = [
  { login: 'demo-ada', password: 'analytical engine' },
  { login: 'demo-grace', password: 'nanosecond wire' },
]

/** The client that acts for itself. Everybody knows the secret. */
export const demoJob = { client_id: 'demo-job', client_secret: 'demo-job-secret-that-everybody-knows' } as const

/** What each scope lets an app do, in people's words. */
export const demoScopes = {
  'albums:read': { description: 'Look through the album catalogue', requires_user: false },
  'me:read': { description: 'See your name and what you like to listen to', requires_user: true },
  'playlists:read': { description: 'See your playlists', requires_user: true },
} as const

export type DemoScope = keyof typeof demoScopes

export const demoName = 'Grantwise demo API'

/** What tokens for the demo API are for (RFC 8707). */
export function demoAudience(issuer: string): string {
  return issuer.replace(/\/$/, '') + basePath
}

/** Every name that `--dev` registers, for whoever must know whether a data directory holds them. */
export const demoNames = {
  clients: ['demo-web', 'demo-spa', 'demo-native', 'demo-cli', 'demo-tv', demoJob.client_id],
  users: demoUsers.map(({ login }) => login),
} as const

const forUsers = 'openid profile email offline_access albums:read me:read playlists:read'
const code = {
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope: forUsers,
} as const

/** The apply file that `--dev` applies at every start: the demo API, a client of each kind, and two people. */
export function demoDocument(issuer: string): object {
  const audience = demoAudience(issuer)
  const grantwise = (runs_on: string) => ({
    runs_on,
    acts_for: ['user'],
    audiences: [audience],
    owners: ['demo-grace'],
  })
  return {
    resource_servers: [{ audience, name: demoName, scopes: demoScopes, allow_offline_access: true }],
    clients: [
      {
        client_id: 'demo-web',
        client_secret: 'demo-web-secret-that-everybody-knows',
        client_name: 'Demo web app',
        redirect_uris: ['http://127.0.0.1:5001/callback'],
        post_logout_redirect_uris: ['http://127.0.0.1:5001/'],
        ...code,
        grantwise: grantwise('server'),
      },
      {
        client_id: 'demo-spa',
        client_name: 'Demo single-page app',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1:5002/callback'],
        post_logout_redirect_uris: ['http://127.0.0.1:5002/'],
        ...code,
        grantwise: grantwise('browser'),
      },
      {
        client_id: 'demo-native',
        client_name: 'Demo desktop app',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback', 'com.example.demo:/callback'],
        ...code,
        grantwise: grantwise('native'),
      },
      {
        client_id: 'demo-cli',
        client_name: 'Demo command-line tool',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback'],
        ...code,
        grantwise: grantwise('cli'),
      },
      {
        client_id: 'demo-tv',
        client_name: 'Demo television',
        token_endpoint_auth_method: 'none',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        scope: forUsers,
        grantwise: grantwise('device'),
      },
      {
        ...demoJob,
        client_name: 'Demo nightly job',
        grant_types: ['client_credentials'],
        scope: 'albums:read',
        grantwise: { runs_on: 'server', acts_for: ['self'], audiences: [audience], owners: ['demo-grace'] },
      },
    ],
    users: [
      // The API keeps its rows by sub, so these two must have the same one everywhere.
      {
        ...demoUsers[0],
        sub: 'demo-ada',
        email: 'ada@example.com',
        email_verified: true,
        claims: { name: 'Ada Lovelace', given_name: 'Ada', family_name: 'Lovelace' },
      },
      {
        ...demoUsers[1],
        sub: 'demo-grace',
        email: 'grace@example.com',
        email_verified: true,
        claims: { name: 'Grace Hopper', given_name: 'Grace', family_name: 'Hopper' },
      },
    ],
  }
}
