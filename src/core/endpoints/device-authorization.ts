import type { Check } from '../check.ts'
import { type Client, isPublic } from '../client.ts'
import { authenticateClient } from '../client-auth/index.ts'
import type { ClientAuthRequest } from '../client-auth/method.ts'
import { deviceCodeGrantType } from '../grants/device-code-grant-type.ts'
import { holdToAdvice, mayUseGrant } from '../may-issue.ts'
import { refuseOutside } from '../network-policy.ts'
import { targetAudience } from '../resource.ts'
import { grantScope } from '../scope.ts'
import type { Server } from '../server.ts'
import { hashMinted, mintToken } from '../token-hash.ts'
import { mintUserCode, printUserCode } from '../user-code.ts'
import { paths } from './paths.ts'

/** What a device shows, and what it polls with (RFC 8628 §3.2). */
export interface DeviceAuthorizationResponse {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string
  readonly expires_in: number
  readonly interval: number
}

/** RFC 8628 §3.2: what clients assume where nothing is said. */
const interval = 5

/** The device authorization endpoint (RFC 8628 §3.1): the same checks as at `/authorize`, but for where to answer. @throws the errors of RFC 6749 §5.2. */
export async function deviceAuthorization(
  request: ClientAuthRequest,
  server: Server,
  check: Check,
): Promise<DeviceAuthorizationResponse> {
  const client = await authenticateClient(request, server, check)
  holdToAdvice(client, { grant_type: deviceCodeGrantType }, server, check)
  mayUseGrant(client, deviceCodeGrantType, check)
  await refuseOutside('token', client, server, check)
  const { params } = request
  const { store, clock, random, hash, lifetimes, devices } = server
  const audience = targetAudience(params, client, check)
  const resourceServer = audience === undefined ? undefined : await store.resourceServer(audience)
  if (audience !== undefined && !resourceServer)
    throw check.refused('resource-unknown', 'resource must be the audience of an API of this client', { audience })
  check.passed('resource-unknown')
  const scope = grantScope(params.get('scope'), { client, resourceServer, actsFor: 'user' }, check)
  await countRequest(client, server, check)

  const device_code = mintToken(random)
  const code = {
    token: hashMinted(device_code, hash),
    client_id: client.client_id,
    scope,
    ...(audience === undefined ? {} : { audience }),
    journey_id: check.journey.id,
    address: check.address(),
    created_at: clock.now(),
    expires_at: clock.now() + lifetimes.device_code,
    interval,
  }
  // Among so many codes one that is taken is next to impossible; three times, the client is gone.
  for (let attempt = 1; attempt <= 3; attempt++) {
    const user_code = mintUserCode(random)
    if (!(await store.addDeviceCode(code, devices.hashUserCode(user_code)))) continue
    const shown = printUserCode(user_code)
    const verification_uri = server.issuer.replace(/\/$/, '') + paths.device
    return {
      device_code,
      user_code: shown,
      verification_uri,
      verification_uri_complete: `${verification_uri}?user_code=${shown}`,
      expires_in: lifetimes.device_code,
      interval,
    }
  }
  throw check.refused('client-unknown', 'no such client', { client_id: client.client_id })
}

/** Whoever knows the name of a public client can ask in its name: each request leaves a row, so that they are few. */
async function countRequest(client: Client, { devices }: Server, check: Check): Promise<void> {
  const retry_after = isPublic(client) ? await devices.countRequest(client.client_id, check.address()) : undefined
  if (retry_after !== undefined) {
    throw check.refused('device-requests-throttled', 'too many devices ask at once; try again later', { retry_after })
  }
  check.passed('device-requests-throttled')
}
