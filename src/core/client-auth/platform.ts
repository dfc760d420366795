import type { Check } from '../check.ts'
import type { Client, Federated } from '../client.ts'
import type { KeySource } from '../foreign-jwt.ts'
import type { Assertion } from './assertion.ts'

/**
 * Where the keys of the platform are that vouches for this client, once its token says exactly what is registered: its
 * issuer, its subject and every claim (RFC 7523 §3). @throws `invalid_client`
 */
export function platformKeys(
  { iss, sub, jwt }: Assertion,
  { issuer, subject, claims = {}, jwks }: Federated,
  { client_id }: Client,
  check: Check,
): KeySource {
  if (iss !== issuer) {
    throw check.refused('assertion-issuer-wrong', 'client_assertion is not of the registered platform', {
      client_id,
      sent: iss,
      expected: issuer,
    })
  }
  check.passed('assertion-issuer-wrong')
  for (const [claim, expected] of Object.entries({ ...claims, sub: subject })) {
    const sent = claim === 'sub' ? sub : jwt.claims[claim]
    if (sent === expected) continue
    throw check.refused('assertion-subject-wrong', `${claim} of client_assertion is not the registered one`, {
      client_id,
      claim,
      sent: typeof sent === 'object' ? 'a list or an object' : String(sent ?? 'nothing'),
      expected: String(expected),
    })
  }
  check.passed('assertion-subject-wrong')
  return jwks === undefined ? { issuer } : { jwks }
}
