import type { Check } from '../check.ts'
import type { ForeignJwt } from '../foreign-jwt.ts'

/** Signatures that an assertion may have: by public keys only, so that nothing this server stores could sign one (RFC 8725 §3.1). */
export const assertionAlgs: readonly string[] = ['ES256', 'ES384', 'PS256', 'RS256', 'EdDSA', 'Ed25519']

/** RFC 7523 §3, with the types of its claims looked at; nothing of it is verified. */
export interface Assertion {
  readonly jwt: ForeignJwt
  readonly alg: string
  readonly iss: string
  readonly sub: string
  readonly aud: readonly unknown[]
  readonly exp: number
  readonly nbf: number | undefined
  readonly iat: number | undefined
  readonly jti: string | undefined
}

/** Characters; a platform's tokens have two thousand. */
const longest = 16_384
/** Seconds that the clocks of two machines may differ. */
export const skew = 30

/** Whether the client speaks for itself (RFC 7523 §3); if not, a platform vouches for it. */
export function isSelfIssued({ iss, sub }: { readonly iss?: unknown; readonly sub?: unknown }): boolean {
  return iss === sub
}

/** The claims that every assertion must have. @throws `invalid_client`; it says nothing of any client. */
export function readAssertion(jwt: ForeignJwt | undefined, check: Check): Assertion {
  const malformed = (fault: string, detail: Readonly<Record<string, string>> = {}) =>
    check.refused('assertion-malformed', `client_assertion ${fault}`, detail)
  if (jwt === undefined) throw malformed('is not a signed JWT')
  if (jwt.compact.length > longest) throw malformed(`is longer than ${longest} characters`)
  const { alg, typ, crit } = jwt.header
  if (typeof alg !== 'string' || !assertionAlgs.includes(alg)) {
    throw malformed(`must be signed with one of ${assertionAlgs.join(', ')}`, { sent: `alg ${wordOf(alg)}` })
  }
  // RFC 8725 §3.11: a token that was made for something else is no assertion.
  if (typ !== undefined && !/^(application\/)?(jwt|client-authentication\+jwt)$/i.test(wordOf(typ))) {
    throw malformed('has a typ that is not JWT', { sent: `typ ${wordOf(typ)}` })
  }
  // RFC 7515 §4.1.11: no extension is understood here.
  if (crit !== undefined) throw malformed('has a crit header, and no extension is understood here')
  const { iss, sub, aud, exp, nbf, iat, jti } = jwt.claims
  if (!isText(iss) || !isText(sub)) throw malformed('must name iss and sub')
  if (!isTime(exp)) throw malformed('must say when it ends: exp, in seconds since 1970')
  if (!isOptional(nbf, isTime) || !isOptional(iat, isTime)) throw malformed('has an iat or nbf that is no time')
  // RFC 7523 §3: a jti is what makes it usable once. A platform's token may lack one, and is then itself what is used once.
  if (!isOptional(jti, isText) || (jti === undefined && isSelfIssued({ iss, sub }))) throw malformed('must have a jti')
  check.passed('assertion-malformed')
  return { jwt, alg, iss, sub, aud: Array.isArray(aud) ? aud : [aud], exp, nbf, iat, jti }
}

/** RFC 7523 §3 (exp, nbf, iat): it is good now, and for `life` seconds at most. @throws `invalid_client` */
export function checkTimes({ exp, nbf, iat }: Assertion, now: number, life: number, check: Check): void {
  if (exp + skew <= now) {
    throw check.refused('assertion-expired', 'client_assertion has expired; make a new one for each request', {
      expired_at: Math.floor(exp),
      now,
    })
  }
  check.passed('assertion-expired')
  const refused = (fault: string) =>
    check.refused('assertion-times-wrong', `client_assertion ${fault}`, {
      now,
      exp,
      ...(nbf === undefined ? {} : { nbf }),
      ...(iat === undefined ? {} : { iat }),
      longest_life: life,
    })
  if (exp > now + life + skew) throw refused(`may last ${life} seconds at most: exp is too far away`)
  if (nbf !== undefined && nbf > now + skew) throw refused('is not valid yet: nbf is in the future')
  if (iat !== undefined && iat > now + skew) throw refused('was made in the future: iat is ahead of this server')
  check.passed('assertion-times-wrong')
}

/** It is for this server and for nobody else beside it, so that no other server can use it here (rfc7523bis §4). @throws `invalid_client` */
export function checkAudience({ aud }: Assertion, expected: string, check: Check): void {
  const [only] = aud
  if (aud.length !== 1 || only !== expected) {
    throw check.refused('assertion-audience-wrong', `aud of client_assertion must be ${expected} and nothing else`, {
      sent: aud.map(it => (typeof it === 'string' ? it : 'no text')).join(' '),
      expected,
    })
  }
  check.passed('assertion-audience-wrong')
}

/** What a header says, where it says a word: an object may hold a `toString` that is none. */
function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : 'that is no text'
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isOptional<T>(value: unknown, is: (value: unknown) => value is T): value is T | undefined {
  return value === undefined || is(value)
}
