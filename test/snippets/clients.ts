import { freePort } from '../support/free-port.ts'
import { api, opaqueApi, secret } from '../support/world.ts'

const device = 'urn:ietf:params:oauth:grant-type:device_code'
const code = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] } as const
const scope = 'openid profile email offline_access catalog:read profile:read'

export interface Made {
  readonly client_id: string
  readonly client_secret?: string
  readonly client_name: string
  readonly redirect_uris: readonly string[]
  readonly grant_types: readonly string[]
  readonly response_types: readonly string[]
  readonly token_endpoint_auth_method: string
  readonly token_endpoint_auth_signing_alg?: string
  readonly jwks?: { readonly keys: readonly object[] }
  readonly scope: string
  readonly grantwise: {
    readonly runs_on: 'server' | 'browser' | 'native' | 'cli' | 'device' | 'ci'
    readonly acts_for: readonly ('user' | 'self')[]
    readonly audiences: readonly string[]
    readonly [more: string]: unknown
  }
}

type Kept = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'

function registered(
  client_id: string,
  method: Kept,
  more: Omit<Made, 'client_id' | 'client_name' | 'token_endpoint_auth_method'>,
): Made {
  const kept = method.startsWith('client_secret_') ? { client_secret: secret } : {}
  return { client_id, ...kept, client_name: client_id, token_endpoint_auth_method: method, ...more }
}

/** A web app that listens on this port. */
export async function webClient(
  client_id: string,
  method: Kept,
  changes: Partial<Made> = {},
  path = '/callback',
): Promise<Made> {
  return registered(client_id, method, {
    redirect_uris: [`http://127.0.0.1:${await freePort()}${path}`],
    ...code,
    scope,
    grantwise: { runs_on: 'server', acts_for: ['user'], audiences: [api] },
    ...changes,
  })
}

export async function pageClient(client_id: string, changes: Partial<Made> = {}, path?: string): Promise<Made> {
  const grantwise = { runs_on: 'browser', acts_for: ['user'], audiences: [api] } as const
  return webClient(client_id, 'none', { grantwise, ...changes }, path)
}

export function toolClient(client_id: string, changes: Partial<Made> = {}): Made {
  return registered(client_id, 'none', {
    redirect_uris: ['http://127.0.0.1/callback'],
    ...code,
    scope,
    grantwise: { runs_on: 'cli', acts_for: ['user'], audiences: [api] },
    ...changes,
  })
}

export function deviceClient(client_id: string, method: Kept = 'none', changes: Partial<Made> = {}): Made {
  return registered(client_id, method, {
    redirect_uris: [],
    grant_types: [device, 'refresh_token'],
    response_types: [],
    scope,
    grantwise: { runs_on: 'device', acts_for: ['user'], audiences: [api] },
    ...changes,
  })
}

export function jobClient(client_id: string, method: Kept, audiences: readonly string[] = [api]): Made {
  return registered(client_id, method, {
    redirect_uris: [],
    grant_types: ['client_credentials'],
    response_types: [],
    scope: 'catalog:read',
    grantwise: { runs_on: 'server', acts_for: ['self'], audiences },
  })
}

export function passwordClient(client_id: string): Made {
  return registered(client_id, 'client_secret_basic', {
    redirect_uris: [],
    grant_types: ['password'],
    response_types: [],
    scope,
    grantwise: { runs_on: 'server', acts_for: ['user'], first_party: true, policy: 'auth0', audiences: [api] },
  })
}

/** An app that its system opens by a scheme of its own. */
export function schemeClient(client_id: string, changes: Partial<Made> = {}): Made {
  const grantwise = { runs_on: 'native', acts_for: ['user'], audiences: [api] } as const
  return toolClient(client_id, { redirect_uris: ['com.example.prints:/callback'], grantwise, ...changes })
}

/** Of what the rules of an apply file let through, all that means something to a shell, to JavaScript or to Python. */
export const hostile = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is to be taken for one
  audience: 'urn:it\'s:"$(touch${IFS}pwned)`touch\\pwned`;&|{}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is to be taken for one
  scope: "it's $(touch${IFS}pwned) `touch$IFS`pwned </script> {x} ${y} %s",
  path: "/it's;$(touch)&x=!1/cb",
} as const

export const hostileScope = `openid profile ${hostile.scope}`
export const hostileApi = {
  audience: hostile.audience,
  name: 'An API whose names break out of quotes',
  scopes: Object.fromEntries(hostile.scope.split(' ').map(it => [it, { description: it, requires_user: true }])),
}
export const hostileGrants = { acts_for: ['user'], audiences: [hostile.audience, api] } as const

export const both = [api, opaqueApi] as const

/** A web app of that API. */
export function hostileClient(client_id: string): Promise<Made> {
  const grantwise = { runs_on: 'server', ...hostileGrants } as const
  return webClient(client_id, 'client_secret_basic', { scope: hostileScope, grantwise }, hostile.path)
}
