import type { DeviceCode } from '../authorization.ts'
import type { OAuthError } from '../errors.ts'
import { authorizedResource } from '../resource.ts'
import { narrowScope } from '../scope.ts'
import { hashToken } from '../token-hash.ts'
import { deviceCodeGrantType } from './device-code-grant-type.ts'
import type { Grant, GrantPowers, GrantRequest } from './grant.ts'

/** What a device waits for: that its user, in a browser elsewhere, agreed to what it asked (RFC 8628 §3.4). */
export const deviceCode: Grant = {
  grant_type: deviceCodeGrantType,
  spec: 'RFC 8628 §3.4',

  async validate(request, powers) {
    const { client, params, check } = request
    const { store, clock, hash } = powers
    const token = hashToken(params.require('device_code'), hash)
    const code = token && (await store.deviceCode(token))
    if (!code) throw check.refused('device-code-unknown', 'device_code is not valid')
    check.journey.continues(code.journey_id)
    check.passed('device-code-unknown')
    if (code.client_id !== client.client_id) {
      throw check.refused('device-code-of-another', 'device_code is not valid', { issued_to: code.client_id })
    }
    check.passed('device-code-of-another')
    if (code.denied_at !== undefined) throw check.refused('device-denied', 'the user declined')
    check.passed('device-denied')
    const { family } = code
    if (family) check.journey.joins(family)
    // Reuse comes before anything else: the commit that finds it spent revokes what it bought, however late.
    if (code.spent_at === undefined) {
      if (family?.revoked_at !== undefined) {
        throw check.refused('authorization-revoked', 'the authorization was revoked')
      }
      check.passed('authorization-revoked')
      if (code.expires_at <= clock.now()) {
        throw check.refused('device-code-expired', 'device_code has expired; ask for another', {
          expired_at: code.expires_at,
          now: clock.now(),
        })
      }
      check.passed('device-code-expired')
    }
    if (!family) throw await comeAgain(code, request, powers)
    check.passed('device-pending')
    const resourceServer = await authorizedResource(family.audience, request, store)
    return {
      grant_type: this.grant_type,
      client_id: client.client_id,
      scope: narrowScope(undefined, family.scope, { client, resourceServer, actsFor: 'user' }, check),
      family,
      redeems: { kind: 'device_code', token: code.token },
      ...(family.audience === undefined ? {} : { audience: family.audience }),
    }
  },
}

/** RFC 8628 §3.5: nobody has answered yet; who asks too soon waits five seconds longer, from now on. */
async function comeAgain(
  code: DeviceCode,
  { check }: GrantRequest,
  { store, clock }: GrantPowers,
): Promise<OAuthError> {
  const { inTime, interval } = await store.pollDeviceCode(code.token, clock.now())
  if (!inTime) return check.refused('device-slow-down', `poll every ${interval} seconds from now on`, { interval })
  check.passed('device-slow-down')
  return check.refused('device-pending', 'the user has not answered yet')
}
