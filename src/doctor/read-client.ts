import { isJson, type Json, wordsOf } from './members.ts'

/** What is known of a client, whoever's words it was described in. */
export interface DescribedClient {
  readonly name: string | undefined
  readonly redirect_uris: readonly string[]
  readonly web_origins: readonly string[]
  readonly grant_types: readonly string[]
  readonly response_types: readonly string[]
  readonly token_endpoint_auth_method: string | undefined
  /** Whether it runs where everybody can read what it holds. */
  readonly exposed: boolean
  readonly pkce_required: boolean | undefined
  readonly refresh_rotation: boolean | undefined
  /** Seconds. */
  readonly access_token_ttl: number | undefined
  readonly refresh_max_ttl: number | undefined
  readonly id_token_signed_response_alg: string | undefined
}

/** A client in the words of RFC 7591 and an apply file, of Auth0's Management API, or of Keycloak's export. */
export function readClient(described: Json): DescribedClient {
  if (isKeycloak(described)) return readKeycloak(described)
  const settings = isJson(described['grantwise']) ? described['grantwise'] : {}
  const rotation = isJson(described['refresh_token']) ? described['refresh_token'] : {}
  const jwt = isJson(described['jwt_configuration']) ? described['jwt_configuration'] : {}
  const runs = text(settings['runs_on']) ?? text(described['app_type']) ?? text(described['application_type'])
  return {
    name: text(described['client_name']) ?? text(described['name']) ?? text(described['client_id']),
    redirect_uris: [...wordsOf(described['redirect_uris']), ...wordsOf(described['callbacks'])],
    web_origins: [...wordsOf(settings['web_origins']), ...wordsOf(described['allowed_origins'])],
    grant_types: wordsOf(described['grant_types']).map(it => it.replace('http://auth0.com/oauth/grant-type/', '')),
    response_types: wordsOf(described['response_types']),
    token_endpoint_auth_method: text(described['token_endpoint_auth_method']),
    exposed: runs !== undefined && ['browser', 'native', 'cli', 'device', 'spa'].includes(runs) && !isBff(settings),
    pkce_required: settings['pkce'] === undefined ? undefined : settings['pkce'] === 'required',
    refresh_rotation: flag(settings['refresh_rotation']) ?? rotationOf(rotation['rotation_type']),
    access_token_ttl: number(described['access_token_ttl']) ?? number(jwt['lifetime_in_seconds']),
    refresh_max_ttl: number(settings['refresh_max_ttl']) ?? number(rotation['token_lifetime']),
    id_token_signed_response_alg: text(described['id_token_signed_response_alg']) ?? text(jwt['alg']),
  }
}

/** Whether its page has a small server of its own that is the client (RFC 10017 §6.1): that keeps what the page cannot. */
function isBff(settings: Json): boolean {
  return isJson(settings['advice']) && settings['advice']['flow'] === 'bff'
}

/** Whether this describes a client at all. */
export function isClient(described: Json): boolean {
  const members = [
    'redirect_uris',
    'redirectUris',
    'callbacks',
    'grant_types',
    'client_id',
    'clientId',
    'token_endpoint_auth_method',
  ]
  return members.some(member => member in described)
}

function isKeycloak(described: Json): boolean {
  return 'clientId' in described || 'redirectUris' in described
}

function readKeycloak(described: Json): DescribedClient {
  const attributes = isJson(described['attributes']) ? described['attributes'] : {}
  const lifespan = attributes['access.token.lifespan']
  const on = (member: string) => described[member] === true
  const exposed = on('publicClient')
  return {
    name: text(described['name']) ?? text(described['clientId']),
    redirect_uris: wordsOf(described['redirectUris']),
    web_origins: wordsOf(described['webOrigins']),
    grant_types: [
      ...(on('standardFlowEnabled') ? ['authorization_code'] : []),
      ...(on('implicitFlowEnabled') ? ['implicit'] : []),
      ...(on('directAccessGrantsEnabled') ? ['password'] : []),
      ...(on('serviceAccountsEnabled') ? ['client_credentials'] : []),
    ],
    response_types: on('implicitFlowEnabled') ? ['token'] : ['code'],
    token_endpoint_auth_method: exposed ? 'none' : 'client_secret_basic',
    exposed,
    pkce_required: text(attributes['pkce.code.challenge.method']) === 'S256',
    refresh_rotation: undefined,
    access_token_ttl: number(lifespan) ?? number(Number(text(lifespan) ?? Number.NaN)),
    refresh_max_ttl: undefined,
    id_token_signed_response_alg: text(attributes['id.token.signed.response.alg']),
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

function rotationOf(value: unknown): boolean | undefined {
  return value === undefined ? undefined : value === 'rotating'
}
