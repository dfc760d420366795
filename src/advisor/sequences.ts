import { deviceCodeGrantType } from '../core/grants/device-code-grant-type.ts'
import type { Role } from '../core/roles.ts'
import type { Flow, FlowId } from './flows.ts'

/** One message between two roles of a flow. */
export interface Message {
  readonly from: Role
  readonly to: Role
  /** What the sender does, for an app builder. */
  readonly says: string
  /** The same over the wire: a request and where it goes, or an answer. */
  readonly wire?: string
  readonly parameters: readonly Parameter[]
  /** `front` passes through the user agent or a person; `back` goes straight from one program to another. */
  readonly channel: 'front' | 'back'
  readonly stage: Stage
}

/** As the RFCs spell it. */
export interface Parameter {
  readonly name: string
  readonly value?: string
  /** Whoever else comes to know it can act in somebody's place. */
  readonly secret?: true
}

export type Stage = 'sign-in' | 'tokens' | 'api' | 'renewal'

/** Whether a message carries something that must stay secret. */
export function carriesSecret({ parameters }: Message): boolean {
  return parameters.some(({ secret }) => secret)
}

/** Every message of a flow, from the first to an API's answer and to the next access token; none where there is no flow. */
export function sequenceOf(flow: Flow): readonly Message[] {
  const [grant_type = ''] = flow.grant_types
  const start = starts[grant_type]?.(flow) ?? []
  if (start.length === 0) return []
  // A job has nobody who signs in: it begins with what was kept.
  if (flow.id === 'authorization_code+bootstrap') return [...start, ...renews(flow), ...callsApi(flow)]
  return [...start, ...callsApi(flow), ...renews(flow)]
}

type Rest = Partial<Pick<Message, 'wire' | 'parameters' | 'channel'>>

function message(stage: Stage, from: Role, to: Role, says: string, rest: Rest = {}): Message {
  const direct = from !== 'user_agent' && to !== 'user_agent' && from !== 'resource_owner' && to !== 'resource_owner'
  return { from, to, says, parameters: [], channel: direct ? 'back' : 'front', stage, ...rest }
}

function plain(...names: readonly string[]): readonly Parameter[] {
  return names.map(name => ({ name }))
}

function secret(...names: readonly string[]): readonly Parameter[] {
  return names.map(name => ({ name, secret: true }))
}

function value(name: string, value: string): Parameter {
  return { name, value }
}

const authorization = 'authorization endpoint'
const token = 'token endpoint'
const ciba = 'urn:openid:params:grant-type:ciba'

/** What each grant begins with, up to the first access token. */
const starts: Readonly<Record<string, (flow: Flow) => readonly Message[]>> = {
  // RFC 6749 §4.1, RFC 7636 §4
  authorization_code: flow => {
    const challenge = flow.pkce ? [...plain('code_challenge'), value('code_challenge_method', 'S256')] : []
    const asked = [
      value('response_type', 'code'),
      ...plain('client_id', 'redirect_uri', 'scope', 'state'),
      ...challenge,
    ]
    // With PKCE a code is of no use without its verifier.
    const code = flow.pkce ? plain('code') : secret('code')
    return [
      ...signsIn(flow, asked, [...code, ...plain('state', 'iss')]),
      message('tokens', 'client', 'authorization_server', 'Redeems the code', {
        wire: `POST ${token}`,
        parameters: [
          value('grant_type', 'authorization_code'),
          ...code,
          ...plain('redirect_uri'),
          ...(flow.pkce ? secret('code_verifier') : []),
          ...clientAuth(flow),
        ],
      }),
      tokens(flow),
      ...(flow.id === 'bff'
        ? [
            message('tokens', 'client', 'user_agent', 'Keeps the tokens, and gives the page a cookie instead', {
              wire: 'Set-Cookie',
              parameters: secret('__Host-session'),
            }),
          ]
        : []),
    ]
  },

  // RFC 6749 §4.2
  implicit: flow => {
    const asked = [value('response_type', 'token'), ...plain('client_id', 'redirect_uri', 'scope', 'state')]
    return signsIn(flow, asked, [
      ...secret('access_token'),
      ...plain('token_type', 'expires_in', 'scope', 'state', 'iss'),
    ])
  },

  // RFC 6749 §4.3
  password: flow => [
    message('sign-in', 'resource_owner', 'client', 'Types name and password into the app itself', {
      parameters: [...plain('username'), ...secret('password')],
    }),
    message('tokens', 'client', 'authorization_server', 'Passes them on', {
      wire: `POST ${token}`,
      parameters: [
        value('grant_type', 'password'),
        ...plain('username'),
        ...secret('password'),
        ...plain('scope'),
        ...clientAuth(flow),
      ],
    }),
    tokens(flow),
  ],

  // RFC 6749 §4.4
  client_credentials: flow => [
    message(
      'tokens',
      'client',
      'authorization_server',
      flow.id === 'client_credentials:federated'
        ? 'Shows what its platform signed for this run'
        : 'Shows its credential',
      {
        wire: `POST ${token}`,
        parameters: [value('grant_type', 'client_credentials'), ...plain('scope'), ...clientAuth(flow)],
      },
    ),
    tokens(flow),
  ],

  // RFC 8628 §3
  [deviceCodeGrantType]: flow => [
    message('sign-in', 'client', 'authorization_server', 'Asks for a code to show', {
      wire: 'POST device authorization endpoint',
      parameters: [...plain('scope'), ...clientAuth(flow)],
    }),
    message(
      'sign-in',
      'authorization_server',
      'client',
      'Gives a short code for people, and a long one for the device',
      {
        parameters: [
          ...secret('device_code'),
          ...plain('user_code', 'verification_uri', 'verification_uri_complete', 'expires_in', 'interval'),
        ],
      },
    ),
    message('sign-in', 'client', 'resource_owner', 'Shows the short code, and where to type it', {
      parameters: plain('user_code', 'verification_uri'),
    }),
    message('sign-in', 'resource_owner', 'user_agent', 'Opens the address on another device'),
    message('sign-in', 'user_agent', 'authorization_server', 'Takes the code there', {
      wire: 'verification_uri',
      parameters: plain('user_code'),
    }),
    ...agrees('Asks who they are, and whether the code is the one that their device shows'),
    message('tokens', 'client', 'authorization_server', 'Asks until they have agreed, every few seconds', {
      wire: `POST ${token}`,
      parameters: [value('grant_type', deviceCodeGrantType), ...secret('device_code'), ...clientAuth(flow)],
    }),
    tokens(flow, 'Says authorization_pending until then; then gives the tokens'),
  ],

  // OpenID Connect CIBA Core 1.0 §7
  [ciba]: flow => [
    message('sign-in', 'client', 'authorization_server', 'Names the person whom it wants to act for', {
      wire: 'POST backchannel authentication endpoint',
      parameters: [...plain('scope', 'login_hint', 'binding_message'), ...clientAuth(flow)],
    }),
    message('sign-in', 'authorization_server', 'client', 'Will ask them, and says how to come back for the answer', {
      parameters: [...secret('auth_req_id'), ...plain('expires_in', 'interval')],
    }),
    ...agrees('Asks them on their own phone, with the words that the app shows too'),
    message('tokens', 'client', 'authorization_server', 'Asks until they have agreed', {
      wire: `POST ${token}`,
      parameters: [value('grant_type', ciba), ...secret('auth_req_id'), ...clientAuth(flow)],
    }),
    tokens(flow, 'Says authorization_pending until then; then gives the tokens'),
  ],
}

/** Out through the browser and back, with what was asked and what came of it. */
function signsIn(
  { id, response_types }: Flow,
  asked: readonly Parameter[],
  given: readonly Parameter[],
): readonly Message[] {
  const fragment = !response_types.includes('code')
  return [
    message('sign-in', 'client', 'user_agent', opens[id] ?? 'Sends the browser to the sign-in page', {
      wire: `redirect to ${authorization}`,
      parameters: asked,
    }),
    message('sign-in', 'user_agent', 'authorization_server', 'Goes there', {
      wire: `GET ${authorization}`,
      parameters: asked,
    }),
    ...agrees('Shows the sign-in page, and what the app wants to do'),
    message('sign-in', 'authorization_server', 'user_agent', 'Sends the browser back', {
      wire: `redirect to redirect_uri${fragment ? ', after the #' : ''}`,
      parameters: given,
    }),
    message('sign-in', 'user_agent', 'client', returns[id] ?? 'Brings the code to the app', {
      wire: fragment ? 'read from the address' : 'GET redirect_uri',
      parameters: given,
    }),
  ]
}

const opens: { readonly [F in FlowId]?: string } = {
  'authorization_code+bootstrap': 'Sends a person’s browser to the sign-in page, once',
  'authorization_code_pkce:browser': 'Leaves the page for the sign-in page',
  'authorization_code_pkce:native': 'Opens the system’s own browser at the sign-in page',
  'authorization_code_pkce:loopback': 'Listens on 127.0.0.1, and opens the browser at the sign-in page',
  'authorization_code_pkce:same-device': 'Opens the device’s own browser at the sign-in page',
}

const returns: { readonly [F in FlowId]?: string } = {
  'authorization_code+bootstrap': 'Brings the code to where the job’s token is kept',
  'authorization_code+pkce:confidential': 'Brings the code to the server',
  bff: 'Brings the code to the small server',
  'authorization_code_pkce:browser': 'Loads the page again, with the code',
  'authorization_code_pkce:native': 'Hands the code to the app',
  'authorization_code_pkce:loopback': 'Brings the code to the port that the command listens on',
  'authorization_code_pkce:same-device': 'Hands the code to the app on the device',
  'implicit+silent': 'Hands the token to the page’s script',
}

function agrees(question: string): readonly Message[] {
  return [
    message('sign-in', 'authorization_server', 'resource_owner', question),
    message('sign-in', 'resource_owner', 'authorization_server', 'Signs in, and allows it'),
  ]
}

/** How a client proves itself at the token endpoint (RFC 6749 §2.3, RFC 7523 §2.2), or just says who it is. */
function clientAuth({ token_endpoint_auth_method }: Flow): readonly Parameter[] {
  if (token_endpoint_auth_method === 'none') return plain('client_id')
  if (token_endpoint_auth_method === 'private_key_jwt')
    // A platform's assertion does not say which client it is for.
    return [...plain('client_id', 'client_assertion_type'), ...secret('client_assertion')]
  return [{ name: 'Authorization: Basic', secret: true }]
}

function renewable({ grant_types }: Flow): boolean {
  return grant_types.includes('refresh_token')
}

/** RFC 6749 §5.1 */
function tokens(flow: Flow, says = 'Gives the tokens'): Message {
  return message('tokens', 'authorization_server', 'client', renewable(flow) ? says : 'Gives the token', {
    parameters: [
      ...secret('access_token'),
      ...plain('token_type', 'expires_in', 'scope'),
      ...(renewable(flow) ? secret('refresh_token') : []),
    ],
  })
}

/** RFC 6750 §2.1; a backend for the frontend stands between the page and the API. */
function callsApi({ id }: Flow): readonly Message[] {
  const call = [
    message('api', 'client', 'resource_server', 'Calls the API', {
      wire: 'Authorization: Bearer',
      parameters: secret('access_token'),
    }),
    message('api', 'resource_server', 'client', 'Answers'),
  ]
  if (id !== 'bff') return call
  return [
    message('api', 'user_agent', 'client', 'The page asks the small server', {
      wire: 'GET /api/…',
      parameters: [...secret('__Host-session'), value('X-BFF', '1')],
    }),
    ...call,
    message('api', 'client', 'user_agent', 'Passes the answer on'),
  ]
}

/** RFC 6749 §6; implicit has no refresh token, and asks again in a hidden frame (OpenID Connect Core 1.0 §3.1.2.1). */
function renews(flow: Flow): readonly Message[] {
  if (flow.id === 'implicit+silent') return renewsSilently
  if (!renewable(flow)) return []
  return [
    message('renewal', 'client', 'authorization_server', 'Asks for the next access token', {
      wire: `POST ${token}`,
      parameters: [value('grant_type', 'refresh_token'), ...secret('refresh_token'), ...clientAuth(flow)],
    }),
    { ...tokens(flow), stage: 'renewal' },
  ]
}

const renewsSilently: readonly Message[] = [
  message('renewal', 'client', 'user_agent', 'Asks again in a hidden frame', {
    wire: `frame at ${authorization}`,
    parameters: [
      value('response_type', 'token'),
      value('prompt', 'none'),
      ...plain('client_id', 'redirect_uri', 'scope', 'state'),
    ],
  }),
  message('renewal', 'user_agent', 'authorization_server', 'Goes there with the cookie of the earlier sign-in', {
    wire: `GET ${authorization}`,
    parameters: secret('Cookie'),
  }),
  message('renewal', 'authorization_server', 'user_agent', 'Answers without asking anybody', {
    wire: 'redirect to redirect_uri, after the #',
    parameters: [...secret('access_token'), ...plain('token_type', 'expires_in', 'scope', 'state', 'iss')],
  }),
  message('renewal', 'user_agent', 'client', 'Hands the next token to the page’s script', {
    wire: 'read from the frame’s address',
    parameters: secret('access_token'),
  }),
]
