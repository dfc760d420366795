import type { Server } from '../core/server.ts'
import { clientTypeOf, type Flow } from './flows.ts'

/** The three columns of Spotify's table, for any flow. */
export interface FlowTraits {
  readonly user_resources: boolean
  readonly requires_secret: boolean
  readonly refresh: boolean
}

/** What a flow can do, computed from what it registers. */
export function traitsOf(flow: Flow): FlowTraits {
  return {
    user_resources: flow.acts_for === 'user',
    requires_secret: clientTypeOf(flow) === 'confidential',
    refresh: flow.grant_types.includes('refresh_token'),
  }
}

/** What a server offers, as its metadata lists it (RFC 8414 §2). */
export interface Offered {
  readonly grant_types: readonly string[]
  readonly response_types: readonly string[]
  readonly token_endpoint_auth_methods: readonly string[]
}

/** What a server offers, from the lists that it works by. */
export function offeredBy(server: Pick<Server, 'grants' | 'responseTypes' | 'clientAuthMethods'>): Offered {
  const grants = [...server.grants.map(it => it.grant_type), ...server.responseTypes.flatMap(it => it.grant_types)]
  return {
    grant_types: [...new Set(grants)],
    response_types: server.responseTypes.map(it => it.response_type),
    token_endpoint_auth_methods: server.clientAuthMethods.map(it => it.token_endpoint_auth_method),
  }
}

/** What a flow needs that a server does not offer; empty when it can be registered and run there. */
export function missingFrom(flow: Flow, offered: Offered): readonly string[] {
  const method = flow.token_endpoint_auth_method
  return [
    ...flow.grant_types.filter(it => !offered.grant_types.includes(it)),
    ...flow.response_types.filter(it => !offered.response_types.includes(it)),
    ...(method === null || offered.token_endpoint_auth_methods.includes(method) ? [] : [method]),
  ]
}
