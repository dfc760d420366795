/** What every server registers: the same clients, secrets, APIs and algorithms. */

const secret = 'the-secret-of-every-client-of-the-benchmark'

/** A machine that acts for itself, and a server-side application with users; both by `client_secret_basic`. */
export const job = { client_id: 'job', client_secret: secret } as const
export const web = {
  client_id: 'web',
  client_secret: secret,
  redirect_uri: 'http://127.0.0.1:5001/callback',
  scope: 'openid offline_access profile:read',
} as const

/** The client that introspects for the opaque API. */
export const apiServer = { client_id: 'api-server', client_secret: secret } as const

export const password = 'correct horse battery staple'

/** People in turn: failures are counted for each login, and a guess counts as one until it was right. */
export const loginOf = (connection: number): string => `user-${connection % userCount}`
export const userCount = 64

export type Alg = 'ES256' | 'EdDSA' | 'RS256'

/** The API that each kind of access token is for. */
export const audiences = {
  ES256: 'https://es256.example.com',
  EdDSA: 'https://eddsa.example.com',
  RS256: 'https://rs256.example.com',
  opaque: 'https://opaque.example.com',
} as const satisfies Record<Alg | 'opaque', string>

/** Seconds. */
export const access_token_ttl = 3600
