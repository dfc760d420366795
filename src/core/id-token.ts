import type { Authorization, Family } from './authorization.ts'
import { permittedClaims, userClaims } from './claims.ts'
import type { Client } from './client.ts'
import type { Server } from './server.ts'
import type { User } from './user.ts'

/** Who signed in, when and how, for the client alone (OIDC Core §2), signed as the client registered. */
export async function issueIdToken(
  { nonce, scope }: Authorization,
  family: Family,
  beside: { readonly access_token?: string | undefined; readonly code?: string | undefined },
  client: Client,
  user: User,
  server: Server,
): Promise<string> {
  const alg = client.id_token_signed_response_alg
  const iat = server.clock.now()
  const { auth_time, acr, amr, sid } = family.login
  return server.keys.sign(alg, 'JWT', {
    ...userClaims(user, scope, permittedClaims(family.claims, client.scope)?.id_token),
    iss: server.issuer,
    sub: family.sub,
    aud: client.client_id,
    exp: iat + server.lifetimes.id_token,
    iat,
    auth_time,
    acr,
    amr,
    sid,
    // OIDC Core §3.1.3.6, §3.3.2.11: binds this ID Token to what came beside it.
    ...(beside.access_token === undefined ? {} : { at_hash: server.hash.leftHalf(alg, beside.access_token) }),
    ...(beside.code === undefined ? {} : { c_hash: server.hash.leftHalf(alg, beside.code) }),
    ...(nonce === undefined ? {} : { nonce }),
  })
}
