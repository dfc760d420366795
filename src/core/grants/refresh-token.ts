import { authorizationEnds } from '../renewal.ts'
import { authorizedResource } from '../resource.ts'
import { mayHave, narrowScope } from '../scope.ts'
import { hashToken } from '../token-hash.ts'
import type { Grant } from './grant.ts'

/** Renews an access token without its user (RFC 6749 §6), by a token that is used once (RFC 9700 §4.14). */
export const refreshToken: Grant = {
  grant_type: 'refresh_token',
  spec: 'RFC 6749 §6',
  renews: true,

  async validate({ client, params, check }, { store, clock, hash }) {
    const presented = params.require('refresh_token')
    const token = hashToken(presented, hash)
    const stored = token && (await store.refreshToken(token))
    if (!stored) throw check.refused('refresh-token-unknown', 'refresh token is not valid')
    check.journey.joins(stored.family)
    check.passed('refresh-token-unknown')
    const { family } = stored
    if (family.client_id !== client.client_id) {
      throw check.refused('refresh-token-of-another', 'refresh token is not valid', { issued_to: family.client_id })
    }
    check.passed('refresh-token-of-another')
    if (family.revoked_at !== undefined) throw check.refused('authorization-revoked', 'the authorization was revoked')
    check.passed('authorization-revoked')
    const now = clock.now()
    const { refresh_grace, refresh_rotation } = client.grantwise
    const { spent_at, successor } = stored
    const graced = spent_at !== undefined && spent_at + refresh_grace > now ? successor : undefined
    const audience = family.audience === undefined ? {} : { audience: family.audience }
    const proven = { grant_type: this.grant_type, client_id: client.client_id, family, ...audience }
    const redeems = { kind: 'refresh_token', token, presented, keep: !refresh_rotation, grace: refresh_grace } as const
    // RFC 9700 §4.14.2: a replay is one whatever else it asks for; the commit finds it, and revokes the family.
    if (spent_at !== undefined && !graced) return { ...proven, scope: family.scope, redeems }
    // What is spent has no idle life of its own; a replay within the grace must not outlive the authorization either.
    const last = authorizationEnds(family, client)
    const ends = graced ? last : Math.min(stored.expires_at, last)
    if (ends <= now) {
      throw check.refused('refresh-token-expired', 'refresh token has expired; let the user sign in again', {
        expired_at: ends,
        now,
      })
    }
    check.passed('refresh-token-expired')
    const resourceServer = await authorizedResource(family.audience, { client, params, check }, store)
    const context = { client, resourceServer, actsFor: 'user' } as const
    // What an operator has withdrawn since ends here, at the next refresh.
    if (!mayHave('offline_access', context)) {
      throw check.refused('offline-access-withdrawn', 'offline_access is no longer allowed for this client and API', {
        audience: family.audience,
      })
    }
    check.passed('offline-access-withdrawn')
    const scope = narrowScope(params.get('scope'), family.scope, context, check)

    // The commit decides: it answers a replay within the grace alike, unless its successor was used meanwhile.
    return {
      ...proven,
      scope,
      redeems: graced
        ? { kind: 'superseded_refresh_token', token, presented, successor: graced, grace: refresh_grace }
        : redeems,
    }
  },
}
