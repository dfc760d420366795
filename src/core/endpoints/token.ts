import type { Check } from '../check.ts'
import type { AuthenticatedClient } from '../client.ts'
import { authenticateClient } from '../client-auth/index.ts'
import type { ClientAuthRequest } from '../client-auth/method.ts'
import type { Grant } from '../grants/grant.ts'
import { issueTokens, type TokenResponse } from '../issue.ts'
import { holdToAdvice, mayIssue, mayUseGrant, mustBeConfidential } from '../may-issue.ts'
import { refuseOutside } from '../network-policy.ts'
import type { Params } from '../params.ts'
import { refuseAfterSunset } from '../retired.ts'
import type { Server } from '../server.ts'

export interface TokenReply {
  readonly client: AuthenticatedClient
  readonly response: TokenResponse
}

/** The token endpoint (RFC 6749 §3.2): grant, client, gate, proof, issue. @throws the errors of RFC 6749 §5.2. */
export async function token(request: ClientAuthRequest, server: Server, check: Check): Promise<TokenReply> {
  const grant_type = request.params.require('grant_type')
  const client = await authenticateClient(request, server, check)
  const grant = server.grants.find(it => it.grant_type === grant_type)
  if (!grant) {
    const offered = server.grants.map(it => it.grant_type)
    throw check.refused('grant-type-unsupported', `grant_type must be one of: ${offered.join(', ')}`, {
      sent: grant_type,
      offered,
    })
  }
  check.passed('grant-type-unsupported')
  const { registered_as = grant_type } = grant
  holdToAdvice(client, { grant_type: registered_as }, server, check)
  mayUseGrant(client, registered_as, check)
  mustBeConfidential(client, grant, check)
  refuseAfterSunset(grant_type, grant.retired, client, server, check)
  await refuseOutside('token', client, server, check)
  return { client, response: await redeem(grant, client, request.params, server, check) }
}

async function redeem(
  grant: Grant,
  client: AuthenticatedClient,
  params: Params,
  server: Server,
  check: Check,
): Promise<TokenResponse> {
  // Twice at most: a refresh that another overtook a moment ago is proven again, and finds the successor.
  for (let attempt = 1; ; attempt++) {
    const authorization = await grant.validate({ client, params, check }, server)
    const { family } = authorization
    const user = family ? await server.store.user(family.sub) : null
    mayIssue(user, client, grant.registered_as ?? grant.grant_type, check)
    const issued = await issueTokens(authorization, client, user ?? null, server, check)
    if (typeof issued === 'object') return issued
    if (issued === 'superseded' && attempt < 3) continue
    // Nothing was redeemed, so nothing was replayed: the client itself is gone since it was read.
    if (!authorization.redeems) throw check.refused('client-unknown', 'no such client', { client_id: client.client_id })
    const [reason, sentence] = replays[authorization.redeems.kind]
    throw check.refused(reason, sentence, { family: family?.id })
  }
}

const refreshed = ['refresh-token-replayed', 'refresh token was used before'] as const
const replays = {
  code: ['code-replayed', 'code was used before'],
  device_code: ['device-code-replayed', 'device_code was used before'],
  refresh_token: refreshed,
  superseded_refresh_token: refreshed,
} as const
