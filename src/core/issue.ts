import { issueAccessToken } from './access-token.ts'
import type { Authorization } from './authorization.ts'
import type { Check } from './check.ts'
import type { Client } from './client.ts'
import { issueIdToken } from './id-token.ts'
import type { Change, CommitResult } from './ports.ts'
import { renew } from './renewal.ts'
import { retiredUse } from './retired.ts'
import type { Server } from './server.ts'
import type { User } from './user.ts'

/** The successful answer of the token endpoint (RFC 6749 §5.1, OIDC Core §3.1.3.3). */
export interface TokenResponse {
  readonly access_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly scope: string
  readonly refresh_token?: string
  readonly id_token?: string
}

/**
 * Turns any Authorization into tokens: signs, then spends what was redeemed and records what it bought in the one
 * transaction. Anything but a token response means that nothing was issued.
 */
export async function issueTokens(
  authorization: Authorization,
  client: Client,
  user: User | null,
  server: Server,
  check: Check,
): Promise<TokenResponse | Exclude<CommitResult, 'committed'>> {
  const { audience, family, scope } = authorization
  const resourceServer = audience === undefined ? undefined : await server.store.resourceServer(audience)
  const access = await issueAccessToken(authorization, resourceServer, server)
  const id_token =
    family && user && scope.includes('openid')
      ? await issueIdToken(authorization, family, { access_token: access.access_token }, client, user, server)
      : undefined
  const renewal = renew(authorization, client, server)

  if (family || access.stored) {
    const { grant_type } = authorization
    const retired = retiredUse(grant_type, server.grants.find(it => it.grant_type === grant_type)?.retired, client)
    const change: Change = {
      now: server.clock.now(),
      by: check.by('client', client.client_id),
      ...renewal.change,
      ...(access.stored ? { access_token: access.stored } : {}),
      ...(retired ? { retired } : {}),
      ...(family
        ? {
            ...(authorization.begins ? { begins: family } : { family_id: family.id }),
            family_expires_at: Math.max(access.expires_at, renewal.expires_at ?? 0),
          }
        : {}),
    }
    const result = await server.store.commit(change)
    if (result !== 'committed') return result
    check.journey.stored(change)
  }
  server.store.noteUse(client.client_id, server.clock.now())
  return {
    access_token: access.access_token,
    token_type: 'Bearer',
    expires_in: access.expires_in,
    scope: scope.join(' '),
    ...(renewal.refresh_token === undefined ? {} : { refresh_token: renewal.refresh_token }),
    ...(id_token === undefined ? {} : { id_token }),
  }
}
