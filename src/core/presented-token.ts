import { familyOfJti } from './access-token.ts'
import type { Family } from './authorization.ts'
import type { Check } from './check.ts'
import type { Client } from './client.ts'
import type { Server } from './server.ts'
import { hashToken } from './token-hash.ts'
import type { User } from './user.ts'

/** An access token of ours, alive at this moment. */
export interface PresentedToken {
  readonly client_id: string
  /** As it is registered now. */
  readonly client: Client
  readonly sub: string
  readonly scope: readonly string[]
  readonly aud: readonly string[]
  readonly iat: number
  readonly exp: number
  readonly jti: string | undefined
  /** Absent when a client acts for itself. */
  readonly family: Family | undefined
  readonly user: User | undefined
}

/**
 * Reads an access token of either format and asks whether it still stands: its time, its family, its user.
 * @throws `invalid_token`
 */
export async function readAccessToken(token: string, server: Server, check: Check): Promise<PresentedToken> {
  const found = (await readJwt(token, server)) ?? (await readOpaque(token, server))
  if (!found) throw check.refused('token-invalid', 'the access token is not valid')
  if (found.family) check.journey.joins(found.family)
  check.passed('token-invalid')
  if (found.exp <= server.clock.now()) {
    throw check.refused('token-expired', 'the access token has expired; get a new one', {
      expired_at: found.exp,
      now: server.clock.now(),
    })
  }
  check.passed('token-expired')
  const user = found.family && (await server.store.user(found.family.sub))
  const ended = found.family ? found.family.revoked_at !== undefined || !user || user.disabled : found.revoked
  const client = await server.store.client(found.client_id)
  if (ended || !client) {
    throw check.refused('token-revoked', 'the access token was revoked', { family: found.family?.id })
  }
  check.passed('token-revoked')
  return { ...found, client, user }
}

type Found = Omit<PresentedToken, 'user' | 'client'> & { readonly revoked: boolean }

/** A JWT by its signature alone, its claims as we wrote them; nothing else is trusted (RFC 9068 §4). */
async function readJwt(token: string, { keys, store, issuer, clock }: Server): Promise<Found | undefined> {
  const claims = await keys.verify(token, 'at+jwt')
  if (claims?.['iss'] !== issuer) return undefined
  const { client_id, sub, scope, aud, iat, nbf, exp, jti } = claims
  if (typeof client_id !== 'string' || typeof sub !== 'string' || typeof jti !== 'string') return undefined
  // What does not say when it ends would never end.
  if (typeof iat !== 'number' || typeof exp !== 'number') return undefined
  // RFC 7519 §4.1.5: we write none, and whoever else signs for us must not be taken too early.
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= clock.now())) return undefined
  const family_id = familyOfJti(jti)
  const family = family_id === undefined ? undefined : await store.family(family_id)
  // A family is kept until its last token ends: one that is gone cannot vouch for this token.
  if (family_id !== undefined && !family) return undefined
  return {
    client_id,
    sub,
    scope: typeof scope === 'string' ? scope.split(' ') : [],
    aud: Array.isArray(aud) ? aud : [String(aud)],
    iat,
    exp,
    jti,
    family,
    revoked: family_id === undefined && (await store.isJtiRevoked(jti, client_id, iat)),
  }
}

async function readOpaque(token: string, { store, hash, issuer }: Server): Promise<Found | undefined> {
  const hashed = hashToken(token, hash)
  const found = hashed && (await store.accessToken(hashed))
  if (!found) return undefined
  const { client_id, scope, audience, family, issued_at, expires_at } = found
  const forUserinfo = audience === undefined || (family && scope.includes('openid'))
  return {
    client_id,
    sub: family?.sub ?? client_id,
    scope,
    aud: [...(audience === undefined ? [] : [audience]), ...(forUserinfo ? [issuer] : [])],
    iat: issued_at,
    exp: expires_at,
    jti: undefined,
    family,
    revoked: false,
  }
}
