import type { Family } from '../authorization.ts'
import type { Check } from '../check.ts'
import { type Client, isPublic } from '../client.ts'
import { authenticateClient } from '../client-auth/index.ts'
import type { ClientAuthRequest } from '../client-auth/method.ts'
import { OAuthError } from '../errors.ts'
import { isOutside, networkStanding } from '../network-policy.ts'
import type { Params } from '../params.ts'
import { type PresentedToken, readAccessToken } from '../presented-token.ts'
import { authorizationEnds } from '../renewal.ts'
import { resourceOf } from '../resource.ts'
import { mayHave } from '../scope.ts'
import type { Server } from '../server.ts'
import { hashToken } from '../token-hash.ts'

/** Everything that is not alive, not ours or not the caller's looks like this (RFC 7662 §2.2). */
const inactive = { active: false } as const

/**
 * Whether a token is alive, and what it says (RFC 7662): only for the client it was issued to, or for the resource
 * server it is for. @throws the errors of client authentication.
 */
export async function introspect(
  request: ClientAuthRequest,
  server: Server,
  check: Check,
): Promise<Record<string, unknown>> {
  const caller = await authenticateClient(request, server, check)
  // RFC 7662 §2.1: to prevent token scanning, the endpoint MUST require authorization.
  if (isPublic(caller))
    throw check.refused('client-public', 'a client without a secret cannot introspect', {
      registered: caller.token_endpoint_auth_method,
    })
  check.passed('client-public')
  const { params } = request
  const token = params.require('token')
  return (await refreshToken(token, caller, server, check)) ?? (await accessToken(token, params, caller, server, check))
}

async function accessToken(
  token: string,
  params: Params,
  caller: Client,
  server: Server,
  check: Check,
): Promise<Record<string, unknown>> {
  const presented = await alive(token, server, check)
  if (!presented || !(await mayAsk(caller, presented, server))) return inactive
  if (await wasShownOutside(params.get('address'), presented, server, check)) return inactive
  const { client_id, sub, scope, aud, iat, exp, jti, user } = presented
  const [only, another] = aud
  return {
    active: true,
    token_type: 'Bearer',
    iss: server.issuer,
    client_id,
    sub,
    ...(user ? { username: user.login } : {}),
    scope: scope.join(' '),
    aud: another === undefined ? only : aud,
    iat,
    exp,
    ...(jti === undefined ? {} : { jti }),
  }
}

async function alive(token: string, server: Server, check: Check): Promise<PresentedToken | undefined> {
  try {
    return await readAccessToken(token, server, check)
  } catch (error) {
    if (error instanceof OAuthError) return undefined
    throw error
  }
}

/** RFC 7662 §2.1: a resource server may say from which address the token was shown to it. */
async function wasShownOutside(
  address: string | undefined,
  { client }: PresentedToken,
  server: Server,
  check: Check,
): Promise<boolean> {
  return address !== undefined && isOutside(await networkStanding(client, server, address), 'api', check)
}

async function mayAsk(caller: Client, { client_id, aud }: PresentedToken, server: Server): Promise<boolean> {
  if (caller.client_id === client_id) return true
  const servers = await Promise.all(aud.map(audience => server.store.resourceServer(audience)))
  return servers.some(it => it?.client_id === caller.client_id)
}

async function refreshToken(
  token: string,
  caller: Client,
  server: Server,
  check: Check,
): Promise<Record<string, unknown> | undefined> {
  const hashed = hashToken(token, server.hash)
  const stored = hashed && (await server.store.refreshToken(hashed))
  if (!stored) return undefined
  const { family, spent_at, expires_at } = stored
  check.journey.joins(family)
  if (family.client_id !== caller.client_id) return inactive
  const user = await server.store.user(family.sub)
  const exp = Math.min(expires_at, authorizationEnds(family, caller))
  const dead = spent_at !== undefined || exp <= server.clock.now() || family.revoked_at !== undefined
  if (dead || !user || user.disabled) return inactive
  const scope = await renewable(family, caller, server)
  if (scope.length === 0) return inactive
  return {
    active: true,
    iss: server.issuer,
    client_id: family.client_id,
    sub: family.sub,
    username: user.login,
    scope: scope.join(' '),
    exp,
  }
}

/** What of the granted scope a refresh would still carry; nothing when it would be refused. */
async function renewable({ scope, audience }: Family, client: Client, { store }: Server): Promise<readonly string[]> {
  const resourceServer = audience === undefined ? undefined : await resourceOf(client, audience, store)
  if (audience !== undefined && resourceServer === undefined) return []
  const context = { client, resourceServer, actsFor: 'user' } as const
  return mayHave('offline_access', context) ? scope.filter(it => mayHave(it, context)) : []
}
