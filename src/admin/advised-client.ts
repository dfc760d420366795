import type { Registration } from '../advisor/registration.ts'
import type { ResourceServer } from '../core/resource-server.ts'

/** What has to be typed besides the advice. */
export interface Typed {
  readonly client_id: string
  readonly client_name: string
  readonly redirect_uris: readonly string[]
  readonly audiences: readonly string[]
  /** Undefined means everything that its APIs offer to such a client. */
  readonly scope: string | undefined
  /** Undefined for a client without a credential. */
  readonly client_secret: string | undefined
}

/** The client that an advice leads to, as an apply file would describe it; the file's own rules then look at it. */
export function describeAdvisedClient(
  { grant_types, response_types, token_endpoint_auth_method, login_only, grantwise }: Registration,
  typed: Typed,
  resourceServers: readonly ResourceServer[],
): object {
  const { client_id, client_name, redirect_uris, client_secret } = typed
  const audiences = login_only ? [] : typed.audiences
  const apis = resourceServers.filter(({ audience }) => audiences.includes(audience))
  return {
    client_id,
    ...(client_secret === undefined ? {} : { client_secret }),
    client_name,
    redirect_uris,
    grant_types,
    response_types,
    token_endpoint_auth_method,
    scope: typed.scope ?? scopesFor(grantwise.acts_for.includes('user'), grant_types, apis).join(' '),
    // A small server asks for its page, so no page of another origin ever does.
    grantwise: { ...grantwise, audiences, ...(grantwise.advice.flow === 'bff' ? { web_origins: [] } : {}) },
  }
}

/** Who the user is, to stay signed in where that can be, and what the APIs offer without or with a user. */
function scopesFor(user: boolean, grant_types: readonly string[], apis: readonly ResourceServer[]): readonly string[] {
  const offered = apis.flatMap(({ scopes }) => Object.entries(scopes))
  const api = offered.flatMap(([scope, { requires_user }]) => (user || !requires_user ? [scope] : []))
  if (!user) return [...new Set(api)]
  const offline = grant_types.includes('refresh_token') ? ['offline_access'] : []
  return [...new Set(['openid', 'profile', 'email', ...offline, ...api])]
}
