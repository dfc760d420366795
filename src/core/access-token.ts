import type { Authorization } from './authorization.ts'
import type { Change } from './ports.ts'
import type { ResourceServer } from './resource-server.ts'
import type { Server } from './server.ts'
import { hashMinted, mintToken } from './token-hash.ts'

export interface IssuedAccessToken {
  readonly access_token: string
  readonly expires_in: number
  readonly expires_at: number
  /** What must be stored for it to be honoured: nothing for a JWT. */
  readonly stored: Change['access_token']
}

/** An access token in the format of its resource server: an RFC 9068 JWT, or an opaque one that is stored. */
export async function issueAccessToken(
  authorization: Authorization,
  resourceServer: ResourceServer | undefined,
  server: Server,
): Promise<IssuedAccessToken> {
  const issued_at = server.clock.now()
  const expires_in = resourceServer?.access_token_ttl ?? server.lifetimes.userinfo_token
  const expires_at = issued_at + expires_in
  if (resourceServer?.access_token_format === 'opaque') {
    const access_token = mintToken(server.random)
    const { client_id, scope, audience } = authorization
    return {
      access_token,
      expires_in,
      expires_at,
      stored: {
        token: hashMinted(access_token, server.hash),
        client_id,
        scope,
        issued_at,
        expires_at,
        ...(audience === undefined ? {} : { audience }),
      },
    }
  }
  const alg = resourceServer?.access_token_signing_alg ?? 'ES256'
  const claims = accessTokenClaims(authorization, issued_at, expires_at, server)
  return { access_token: await server.keys.sign(alg, 'at+jwt', claims), expires_in, expires_at, stored: undefined }
}

/** RFC 9068 §2.2; with `openid` it is for userinfo too, so its audience names the issuer as well. */
function accessTokenClaims(authorization: Authorization, iat: number, exp: number, server: Server): object {
  const { client_id, scope, audience, family } = authorization
  const forUserinfo = audience === undefined || (family && scope.includes('openid'))
  const secret = server.random.secret()
  return {
    iss: server.issuer,
    // RFC 9068 §2.2: without a user, the subject is the client itself.
    sub: family?.sub ?? client_id,
    aud: audience === undefined ? server.issuer : forUserinfo ? [audience, server.issuer] : audience,
    client_id,
    exp,
    iat,
    jti: family ? `${family.id}.${secret}` : secret,
    scope: scope.join(' '),
    ...(family ? { auth_time: family.login.auth_time, acr: family.login.acr, amr: family.login.amr } : {}),
  }
}

/** The family that a JWT's `jti` belongs to; none when a client acted for itself. */
export function familyOfJti(jti: string): string | undefined {
  const dot = jti.indexOf('.')
  return dot < 0 ? undefined : jti.slice(0, dot)
}
