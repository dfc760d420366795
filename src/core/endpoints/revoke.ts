import { familyOfJti } from '../access-token.ts'
import type { Check } from '../check.ts'
import type { Client } from '../client.ts'
import { authenticateClient } from '../client-auth/index.ts'
import type { ClientAuthRequest } from '../client-auth/method.ts'
import type { Server } from '../server.ts'
import { hashToken } from '../token-hash.ts'

/**
 * Ends a token of the caller and everything of its authorization (RFC 7009 §2.1). A token that is unknown, dead or
 * another's is answered as a success that did nothing: its state is nobody else's business.
 * @throws the errors of client authentication.
 */
export async function revoke(request: ClientAuthRequest, server: Server, check: Check): Promise<void> {
  const client = await authenticateClient(request, server, check)
  const token = request.params.require('token')
  await ((await revokeStored(token, client, server, check)) || revokeJwt(token, client, server, check))
}

async function revokeStored(
  token: string,
  client: Client,
  { store, hash, clock }: Server,
  { journey, by }: Check,
): Promise<boolean> {
  const hashed = hashToken(token, hash)
  if (!hashed) return false
  const stored = (await store.refreshToken(hashed)) ?? (await store.accessToken(hashed))
  if (!stored) return false
  if (stored.family) journey.joins(stored.family)
  const owner = stored.family?.client_id ?? ('client_id' in stored ? stored.client_id : undefined)
  if (owner !== client.client_id) return true
  if (stored.family) {
    await store.revokeFamily(stored.family.id, 'revoked-by-client', clock.now(), by('client', client.client_id))
    journey.revoked('family', stored.family.id)
  } else {
    await store.revokeAccessToken(hashed, by('client', client.client_id))
    journey.revoked('access_token', hashed.id)
  }
  return true
}

async function revokeJwt(
  token: string,
  client: Client,
  { keys, store, clock, issuer }: Server,
  { journey, by }: Check,
): Promise<void> {
  const claims = await keys.verify(token, 'at+jwt')
  const { jti, exp } = claims ?? {}
  if (claims?.['iss'] !== issuer || claims['client_id'] !== client.client_id || typeof jti !== 'string') return
  const family_id = familyOfJti(jti)
  if (family_id !== undefined) {
    await store.revokeFamily(family_id, 'revoked-by-client', clock.now(), by('client', client.client_id))
    journey.revoked('family', family_id)
  } else if (Number(exp) > clock.now()) {
    await store.revokeJti(jti, Number(exp), by('client', client.client_id))
    journey.revoked('jti', jti)
  }
}
