import type { Authorization, Family } from './authorization.ts'
import type { Client } from './client.ts'
import type { Change } from './ports.ts'
import type { Server } from './server.ts'
import { hashMinted, mintToken, successorToken } from './token-hash.ts'

/** The refresh token to hand out, and what must be written for it to be honoured. */
export interface Renewal {
  readonly refresh_token?: string
  readonly expires_at?: number
  readonly change: Pick<Change, 'spends' | 'refresh_token'>
}

/**
 * Spends what was redeemed and makes the refresh token that follows: a first one with `offline_access` (OIDC Core
 * §11), the successor of a rotated one, the same successor again within the grace, or the one that is kept.
 */
export function renew(authorization: Authorization, client: Client, server: Server): Renewal {
  const { redeems, family } = authorization
  if (!family) return { change: {} }
  const expires_at = idleExpiry(family, client, server)
  if (!redeems) {
    const begins = authorization.begins && offersRenewal(authorization)
    return begins ? minted(mintToken(server.random), expires_at, server) : { change: {} }
  }
  switch (redeems.kind) {
    case 'code':
    case 'device_code': {
      const spends = { kind: redeems.kind, token: redeems.token }
      return offersRenewal(authorization)
        ? { ...minted(mintToken(server.random), expires_at, server, spends) }
        : { change: { spends } }
    }
    case 'refresh_token': {
      const { token, presented, keep, grace } = redeems
      if (keep) {
        const spends = { kind: 'kept_refresh_token', token, expires_at } as const
        return { refresh_token: presented, expires_at, change: { spends } }
      }
      const successor = { id: server.random.id(), salt: server.random.secret() }
      const spends = { kind: 'refresh_token', token, grace, successor } as const
      return minted(successorToken(presented, successor, server.hash), expires_at, server, spends)
    }
    case 'superseded_refresh_token': {
      const { token, presented, successor, grace } = redeems
      const spends = { kind: 'superseded_refresh_token', token, grace } as const
      return { refresh_token: successorToken(presented, successor, server.hash), expires_at, change: { spends } }
    }
  }
}

/** OIDC Core §11: with `offline_access`, as granted and as the client and the API still allow. */
function offersRenewal({ scope }: Authorization): boolean {
  return scope.includes('offline_access')
}

function minted(token: string, expires_at: number, { hash }: Server, spends?: Change['spends']): Renewal {
  return {
    refresh_token: token,
    expires_at,
    change: { ...(spends ? { spends } : {}), refresh_token: { token: hashMinted(token, hash), expires_at } },
  }
}

/** Idle life from now, but never past the absolute one: rotation does not extend it (RFC 10017 §6.3). */
function idleExpiry(family: Family, client: Client, { clock }: Server): number {
  return Math.min(clock.now() + client.grantwise.refresh_idle_ttl, authorizationEnds(family, client))
}

/** When what a user granted cannot be renewed any more, however often it was, as its client stands now. */
export function authorizationEnds({ created_at }: Pick<Family, 'created_at'>, { grantwise }: Client): number {
  return created_at + grantwise.refresh_max_ttl
}
