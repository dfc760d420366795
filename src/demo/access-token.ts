import { createRemoteJWKSet, customFetch, errors, type FetchImplementation, jwtVerify } from 'jose'
import type { Clock } from '../core/ports.ts'
import { type Checks, type DemoCheck, Refusal } from './refusal.ts'

/** What the API learns from a token that it verified (RFC 9068 §2.2). */
export interface AccessToken {
  readonly client_id: string
  /** Nobody, when the token is the app's own. */
  readonly user: string | undefined
  readonly scope: readonly string[]
  readonly jti: string | undefined
}

/** Whose token it is; known even when it was refused, once its signature was good. */
export type Bearer = Partial<Pick<AccessToken, 'client_id' | 'user' | 'jti'>>

export interface VerifierOptions {
  readonly issuer: string
  readonly audience: string
  readonly jwks_uri: string
  readonly clock: Clock
  /** Reads the published keys; `fetch` for an API that is a program of its own. */
  readonly fetch: FetchImplementation
}

/** Reads the token of a request; tells whose it is as soon as that is certain. @throws Refusal */
export type Verify = (
  authorization: string | undefined,
  checks: Checks,
  known: (bearer: Bearer) => void,
) => Promise<AccessToken>

/**
 * Verifies access tokens as any API of its own would: by `jose` and the published keys, never by asking the server or
 * its store. A revoked JWT is therefore good here until it expires (RFC 9068 §4; introspection is for who must know).
 */
export function createVerifier({ issuer, audience, jwks_uri, clock, fetch }: VerifierOptions): Verify {
  const keys = createRemoteJWKSet(new URL(jwks_uri), {
    [customFetch]: fetch,
    // Asking costs nothing within one process; an API elsewhere keeps jose's own pause of 30 seconds.
    cooldownDuration: 0,
  })
  return async (authorization, checks, known) => {
    const token = bearerToken(authorization)
    checks.passed('token-missing')
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        typ: 'at+jwt',
        algorithms: ['ES256', 'Ed25519', 'RS256'],
        requiredClaims: ['exp', 'sub', 'client_id'],
        currentDate: new Date(clock.now() * 1000),
      })
      for (const check of inOrder) checks.passed(check)
      const read = readClaims(payload)
      known(read)
      return read
    } catch (error) {
      throw refusalOf(error, checks, known)
    }
  }
}

/** RFC 6750 §2.1: in the header, never in the URL. */
function bearerToken(authorization: string | undefined): string {
  const [scheme = '', ...rest] = (authorization ?? '').trim().split(/ +/)
  if (scheme.toLowerCase() !== 'bearer') {
    throw new Refusal(401, 'token-missing', 'send an access token in the header Authorization: Bearer ...')
  }
  return rest.join(' ')
}

/** As jose makes them: the signature first, so that nothing is read that we did not sign. */
const inOrder = [
  'token-invalid',
  'token-type-wrong',
  'token-issuer-wrong',
  'token-audience-wrong',
  'token-expired',
] as const satisfies readonly DemoCheck[]

const ofClaim: Readonly<Record<string, readonly [(typeof inOrder)[number], string]>> = {
  typ: ['token-type-wrong', 'this is no access token: its typ is not at+jwt; an ID Token is for the app alone'],
  iss: ['token-issuer-wrong', 'the access token is from another issuer'],
  aud: ['token-audience-wrong', 'the access token is for another API: ask for it with resource set to this one'],
  exp: ['token-expired', 'the access token has expired: refresh it, or ask for another'],
}

const incomplete = ['token-invalid', 'a claim of the access token is missing or not good yet'] as const

/** jose's error as ours; one that is not about the token is passed on, since it is not the caller's fault. */
function refusalOf(error: unknown, checks: Checks, known: (bearer: Bearer) => void): unknown {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) {
    const [check, sentence] = (error.reason === 'missing' ? undefined : ofClaim[error.claim]) ?? incomplete
    for (const earlier of inOrder.slice(0, inOrder.indexOf(check))) checks.passed(earlier)
    known(readClaims(error.payload))
    return new Refusal(401, check, sentence)
  }
  if (aboutToken.some(kind => error instanceof kind)) {
    return new Refusal(401, 'token-invalid', 'the access token is not one that this issuer signed')
  }
  return error
}

const aboutToken = [
  errors.JWSInvalid,
  errors.JWTInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
]

/** RFC 9068 §2.2: without a user, `sub` is the client itself. */
function readClaims(claims: Readonly<Record<string, unknown>>): AccessToken {
  const { sub, client_id, scope, jti } = claims
  const client = typeof client_id === 'string' ? client_id : ''
  return {
    client_id: client,
    user: typeof sub === 'string' && client !== '' && sub !== client ? sub : undefined,
    scope: typeof scope === 'string' ? scope.split(' ') : [],
    jti: typeof jti === 'string' ? jti : undefined,
  }
}
