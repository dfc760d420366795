import { verifyPkce } from '../pkce.ts'
import { verifyRedirectUri } from '../redirect-uri.ts'
import { authorizedResource } from '../resource.ts'
import { narrowScope } from '../scope.ts'
import { hashToken } from '../token-hash.ts'
import type { Grant } from './grant.ts'

/** Trades the code a browser brought back for what its user agreed to. */
export const authorizationCode: Grant = {
  grant_type: 'authorization_code',
  spec: 'RFC 6749 §4.1.3',
  confidential: 'without_pkce',

  async validate({ client, params, check }, { store, clock, hash }) {
    const token = hashToken(params.require('code'), hash)
    const code = token && (await store.code(token))
    if (!code) throw check.refused('code-unknown', 'code is not valid')
    check.journey.joins(code.family)
    check.passed('code-unknown')
    // Told apart in the journey only: a thief of another client's code learns nothing.
    if (code.family.client_id !== client.client_id) {
      throw check.refused('code-of-another', 'code is not valid', { issued_to: code.family.client_id })
    }
    check.passed('code-of-another')
    if (code.spent_at === undefined && code.family.revoked_at !== undefined) {
      throw check.refused('authorization-revoked', 'the authorization was revoked')
    }
    check.passed('authorization-revoked')
    // Reuse comes before expiry: the commit that finds it spent revokes what it bought, however late.
    if (code.spent_at === undefined && code.expires_at <= clock.now()) {
      throw check.refused('code-expired', 'code has expired; redeem it at once', {
        expired_at: code.expires_at,
        now: clock.now(),
      })
    }
    check.passed('code-expired')
    verifyRedirectUri(params.get('redirect_uri'), code, check)
    verifyPkce(params.get('code_verifier'), code, hash, check)
    const resourceServer = await authorizedResource(code.family.audience, { client, params, check }, store)

    const { family, nonce } = code
    return {
      grant_type: this.grant_type,
      client_id: client.client_id,
      scope: narrowScope(undefined, family.scope, { client, resourceServer, actsFor: 'user' }, check),
      family,
      redeems: { kind: 'code', token: code.token },
      ...(family.audience === undefined ? {} : { audience: family.audience }),
      ...(nonce === undefined ? {} : { nonce }),
    }
  },
}
