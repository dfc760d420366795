import type { Family, Login } from './authorization.ts'
import type { ClaimsRequest } from './claims-request.ts'
import type { Server } from './server.ts'

/** What a user lets a client do, from now on. */
export interface Beginning {
  readonly client_id: string
  readonly scope: readonly string[]
  readonly audience: string | undefined
  readonly login: Login
  readonly journey_id: string
  readonly claims?: ClaimsRequest | undefined
}

/** A new authorization, not yet written down. */
export function beginFamily(
  { client_id, scope, audience, login, journey_id, claims }: Beginning,
  { random, clock }: Pick<Server, 'random' | 'clock'>,
): Family {
  return {
    id: random.id(),
    journey_id,
    client_id,
    sub: login.sub,
    scope,
    login,
    offline: scope.includes('offline_access'),
    created_at: clock.now(),
    ...(audience === undefined ? {} : { audience }),
    ...(claims === undefined ? {} : { claims }),
  }
}
