import type { Check } from '../check.ts'
import { permittedClaims, userClaims } from '../claims.ts'
import type { ClientAuthRequest } from '../client-auth/method.ts'
import { refuseOutside } from '../network-policy.ts'
import { readAccessToken } from '../presented-token.ts'
import type { Server } from '../server.ts'

/** Claims about the user a token was granted by (OIDC Core §5.3). @throws the errors of RFC 6750 §3.1. */
export async function userinfo(
  request: ClientAuthRequest,
  server: Server,
  check: Check,
): Promise<Record<string, unknown>> {
  const presented = await readAccessToken(bearerToken(request, check), server, check)
  await refuseOutside('api', presented.client, server, check)
  const { client, scope, aud, family, user } = presented
  if (!family || !user || !scope.includes('openid') || !aud.includes(server.issuer)) {
    throw check.refused('token-without-openid', 'the access token was not granted openid', {
      granted: scope,
      required: ['openid'],
      token_audience: aud,
      expected_audience: server.issuer,
      has_user: family !== undefined,
    })
  }
  check.passed('token-without-openid')
  // Only what the client may be told as it is registered now, whatever was once asked for by name.
  const asked = permittedClaims(family.claims, client.scope)?.userinfo
  return { ...userClaims(user, scope, asked), sub: family.sub }
}

/** In the header or, in a form, in the body; never in the query, where logs would keep it (RFC 6750 §2, RFC 9700 §4.3.2). */
function bearerToken({ authorization, params }: ClientAuthRequest, check: Check): string {
  const inBody = params.get('access_token')
  const inHeader = authorization?.scheme === 'bearer' ? authorization.token : undefined
  if (inBody !== undefined && authorization) throw check.refused('token-two-ways', 'send the access token in one way')
  check.passed('token-two-ways')
  const token = inHeader ?? inBody
  if (token === undefined) throw check.refused('token-missing', 'no access token was sent')
  check.passed('token-missing')
  return token
}
