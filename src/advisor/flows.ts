import type { ActsFor } from '../core/client.ts'
import { deviceCodeGrantType } from '../core/grants/device-code-grant-type.ts'

const code = 'authorization_code'
const refresh = 'refresh_token'
const device = deviceCodeGrantType
const ciba = 'urn:openid:params:grant-type:ciba'

export type FlowId =
  | 'none'
  | 'client_credentials'
  | 'client_credentials:federated'
  | 'authorization_code'
  | 'authorization_code+pkce:confidential'
  | 'authorization_code+bootstrap'
  | 'authorization_code_pkce'
  | 'authorization_code_pkce:public'
  | 'authorization_code_pkce:browser'
  | 'authorization_code_pkce:native'
  | 'authorization_code_pkce:loopback'
  | 'authorization_code_pkce:same-device'
  | 'bff'
  | 'device_code'
  | 'ciba_or_none'
  | 'implicit+silent'
  | 'password'

/** One way to get a token, and what a client registers to use it (RFC 7591 §2). */
export interface Flow {
  readonly id: FlowId
  /** What people call it. */
  readonly name: string
  /** The recommendation in one sentence. */
  readonly headline: string
  readonly acts_for: ActsFor | null
  readonly grant_types: readonly string[]
  readonly response_types: readonly string[]
  readonly token_endpoint_auth_method: string | null
  /** Every fitting way to authenticate, the best first. */
  readonly client_auth: readonly string[]
  /** Whether its requests carry a code challenge (RFC 7636). */
  readonly pkce: boolean
  /** Why it is not to be used any more: when, and who says so. */
  readonly retired?: string
  /** What is to be built besides the client, where the name alone does not say it. */
  readonly how?: {
    readonly steps: readonly string[]
    /** As it goes over the wire. */
    readonly example: string
  }
}

const keyFirst = ['private_key_jwt', 'tls_client_auth', 'client_secret_basic']
const shared = ['client_secret_basic', 'client_secret_post']

const forUser = { acts_for: 'user', response_types: ['code'], grant_types: [code, refresh] } as const
const publicCode = { ...forUser, token_endpoint_auth_method: 'none', client_auth: ['none'], pkce: true } as const
const confidential = { ...forUser, token_endpoint_auth_method: 'client_secret_basic' } as const

/** Every flow that some rule answers with. */
export const flows: readonly Flow[] = [
  {
    id: 'authorization_code+pkce:confidential',
    name: 'Authorization code with PKCE, on a server',
    headline: 'Send people to the sign-in page, and let your server collect the tokens.',
    ...confidential,
    client_auth: keyFirst,
    pkce: true,
  },
  {
    id: 'authorization_code',
    name: 'Authorization code',
    headline: 'Send people to the sign-in page, and let your server collect the tokens with its secret.',
    ...confidential,
    client_auth: shared,
    pkce: false,
  },
  {
    id: 'authorization_code+bootstrap',
    name: 'Authorization code, once, for a job',
    headline: 'Let a person sign in once elsewhere, and let the job keep what they gave.',
    ...confidential,
    client_auth: shared,
    pkce: false,
  },
  {
    id: 'authorization_code_pkce',
    name: 'Authorization code with PKCE',
    headline: 'Send people to the sign-in page, and tie each answer to the program that asked.',
    ...publicCode,
  },
  {
    id: 'authorization_code_pkce:public',
    name: 'Authorization code with PKCE, without a secret',
    headline: 'Send people to the sign-in page, and tie each answer to the server that asked.',
    ...publicCode,
  },
  {
    id: 'bff',
    name: 'Backend for frontend',
    headline: 'Let a small server of yours hold the tokens; the page gets only a cookie.',
    ...confidential,
    client_auth: keyFirst,
    pkce: true,
    how: {
      steps: [
        'The small server is the client: it has the secret, sends people to sign in, and redeems the code with PKCE.',
        'It keeps the tokens in a session of its own. The page gets that session’s cookie, which no script can read.',
        'The page calls the small server, with a header that no other site’s page can send unasked. The server adds the access token, renewed where it must be, and calls the API.',
      ],
      example: `Set-Cookie: __Host-session=<random>; Path=/; Secure; HttpOnly; SameSite=Strict

GET /api/me
Cookie: __Host-session=<random>
X-BFF: 1`,
    },
  },
  {
    id: 'authorization_code_pkce:browser',
    name: 'Authorization code with PKCE, in the page',
    headline: 'Send people to the sign-in page, and keep short-lived tokens in your page.',
    ...publicCode,
  },
  {
    id: 'authorization_code_pkce:native',
    name: 'Authorization code with PKCE, in the system’s browser',
    headline: 'Open the system’s own browser for the sign-in, and come back to the app.',
    ...publicCode,
  },
  {
    id: 'authorization_code_pkce:loopback',
    name: 'Authorization code with PKCE, over loopback',
    headline: 'Open the browser, and listen on this computer for the answer.',
    ...publicCode,
  },
  {
    id: 'authorization_code_pkce:same-device',
    name: 'Authorization code with PKCE, on the device',
    headline: 'Let people sign in with the device’s own browser.',
    ...publicCode,
  },
  {
    id: 'device_code',
    name: 'Device authorization',
    headline: 'Show a short code that people type on another device.',
    acts_for: 'user',
    grant_types: [device, refresh],
    response_types: [],
    token_endpoint_auth_method: 'none',
    client_auth: ['none'],
    pkce: false,
  },
  {
    id: 'ciba_or_none',
    name: 'CIBA, where it is offered',
    headline: 'Ask the person on their own phone, if the sign-in service can.',
    acts_for: 'user',
    grant_types: [ciba, refresh],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
    client_auth: keyFirst,
    pkce: false,
  },
  {
    id: 'client_credentials',
    name: 'Client credentials',
    headline: 'Let the program sign in as itself, with a credential of its own.',
    acts_for: 'self',
    grant_types: ['client_credentials'],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
    client_auth: keyFirst,
    pkce: false,
  },
  {
    id: 'client_credentials:federated',
    name: 'Client credentials by the platform’s identity',
    headline: 'Let the platform vouch for the program, and store no secret at all.',
    acts_for: 'self',
    grant_types: ['client_credentials'],
    response_types: [],
    token_endpoint_auth_method: 'private_key_jwt',
    client_auth: ['private_key_jwt'],
    pkce: false,
  },
  {
    id: 'implicit+silent',
    name: 'Implicit, renewed silently',
    headline: 'Get the token straight back in the page’s address, and renew it in a hidden frame.',
    acts_for: 'user',
    grant_types: ['implicit'],
    response_types: ['token', 'id_token token'],
    token_endpoint_auth_method: 'none',
    client_auth: ['none'],
    pkce: false,
    retired:
      'Withdrawn: the token travels in the page’s address. RFC 9700 §2.1.2 (January 2025) advises against it, RFC 10017 §7.2 (August 2026) forbids it, and Spotify removed it on 27 November 2025.',
  },
  {
    id: 'password',
    name: 'Resource owner password credentials',
    headline: 'Let the app’s own form take what people type to sign in.',
    acts_for: 'user',
    grant_types: ['password', refresh],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_basic',
    client_auth: shared,
    pkce: false,
    retired:
      'Withdrawn: the app sees everybody’s password. RFC 9700 §2.4 (January 2025) and RFC 10017 §7.3 (August 2026) forbid it, and OAuth 2.1 (draft) has removed it.',
  },
  {
    id: 'none',
    name: 'No flow',
    headline: 'Nothing safe fits these answers.',
    acts_for: null,
    grant_types: [],
    response_types: [],
    token_endpoint_auth_method: null,
    client_auth: [],
    pkce: false,
  },
]

const byId: ReadonlyMap<string, Flow> = new Map(flows.map(flow => [flow.id, flow]))

export function flowOf(id: FlowId): Flow {
  const flow = byId.get(id)
  if (flow === undefined) throw new TypeError(`no flow is called ${id}`)
  return flow
}

/** A flow by a name from outside. */
export function findFlow(id: unknown): Flow | undefined {
  return typeof id === 'string' ? byId.get(id) : undefined
}

/** What a flow has in common with its variants: two answers disagree when their families differ. */
export function familyOf(id: FlowId): string {
  return id.split(/[:+]/, 1).join('')
}

/** Whether it proves itself with something that it keeps (RFC 6749 §2.1). */
export function clientTypeOf({ token_endpoint_auth_method }: Flow): 'confidential' | 'public' | null {
  if (token_endpoint_auth_method === null) return null
  return token_endpoint_auth_method === 'none' ? 'public' : 'confidential'
}
