import { needsPlatform, type Registration } from '../advisor/registration.ts'
import type { Federated } from '../core/client.ts'
import type { NetworkPolicy } from '../core/network-policy.ts'
import type { ResourceServer } from '../core/resource-server.ts'

/** What has to be typed besides the advice. */
export interface Typed {
  readonly client_id: string
  readonly client_name: string
  readonly redirect_uris: readonly string[]
  readonly audiences: readonly string[]
  /** Undefined means everything that its APIs offer to such a client. */
  readonly scope: string | undefined
  /** Undefined for a client without a secret. */
  readonly client_secret: string | undefined
  /** The public keys of a client that signs in place of showing a secret: as an apply file has them, looked at by nobody yet. */
  readonly keys?: { readonly jwks: unknown } | { readonly jwks_uri: string } | undefined
  /** The job that a platform vouches for, where the advice is that it does. */
  readonly federated?: Pick<Federated, 'issuer' | 'subject'> | undefined
  /** From where alone it may be used, where that is restricted. */
  readonly network?: Pick<NetworkPolicy, 'cidrs' | 'text'> | undefined
  /** The logins of those who may see what is refused to it. */
  readonly owners?: readonly string[]
}

/** What an apply file says of such a client. */
export interface AdvisedClient {
  readonly client_id: string
  readonly client_secret?: string
  readonly jwks?: unknown
  readonly jwks_uri?: string
  readonly client_name: string
  readonly redirect_uris: readonly string[]
  readonly grant_types: readonly string[]
  readonly response_types: readonly string[]
  readonly token_endpoint_auth_method: string
  readonly scope: string
  readonly grantwise: Registration['grantwise'] & {
    readonly audiences: readonly string[]
    readonly owners: readonly string[]
    readonly web_origins?: readonly string[]
    readonly federated?: Pick<Federated, 'issuer' | 'subject'>
    readonly network_policy?: Pick<NetworkPolicy, 'mode' | 'cidrs' | 'text'>
  }
}

/** The client that an advice leads to, as an apply file would describe it; the file's own rules then look at it. */
export function describeAdvisedClient(
  { grant_types, response_types, token_endpoint_auth_method, login_only, grantwise }: Registration,
  typed: Typed,
  resourceServers: readonly ResourceServer[],
): AdvisedClient {
  const { client_id, client_name, redirect_uris, client_secret, owners = [], keys, federated, network } = typed
  const audiences = login_only ? [] : typed.audiences
  const apis = resourceServers.filter(({ audience }) => audiences.includes(audience))
  return {
    client_id,
    ...(client_secret === undefined ? {} : { client_secret }),
    ...keys,
    client_name,
    redirect_uris,
    grant_types,
    response_types,
    token_endpoint_auth_method,
    scope: typed.scope ?? scopesFor(grantwise.acts_for.includes('user'), grant_types, apis).join(' '),
    grantwise: {
      ...grantwise,
      audiences,
      owners,
      // A small server asks for its page, so no page of another origin ever does.
      ...(grantwise.advice.flow === 'bff' ? { web_origins: [] } : {}),
      ...(needsPlatform(grantwise.advice) && federated ? { federated } : {}),
      ...(network ? { network_policy: { mode: 'enforce', ...network } } : {}),
    },
  }
}

/** Who the user is, to stay signed in where that can be, and what the APIs offer without or with a user. */
export function scopesFor(
  user: boolean,
  grant_types: readonly string[],
  apis: readonly ResourceServer[],
): readonly string[] {
  const offered = apis.flatMap(({ scopes }) => Object.entries(scopes))
  const api = offered.flatMap(([scope, { requires_user }]) => (user || !requires_user ? [scope] : []))
  if (!user) return [...new Set(api)]
  const offline = grant_types.includes('refresh_token') ? ['offline_access'] : []
  return [...new Set(['openid', 'profile', 'email', ...offline, ...api])]
}

/** Which client a problem is about, and which member of it: `redirect_uris`, `grantwise.audiences`. */
export function memberOf(path: string): {
  readonly client: number
  readonly member: string
  readonly index: number | undefined
} {
  const [, client, member = '', index] = /^clients\[(\d+)\]\.?(.*?)(?:\[(\d+)\])?$/.exec(path) ?? []
  return { client: Number(client ?? 0), member, index: index === undefined ? undefined : Number(index) }
}
