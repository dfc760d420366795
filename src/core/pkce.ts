import type { Code } from './authorization.ts'
import type { Check } from './check.ts'
import { type Client, isPublic } from './client.ts'
import type { Params } from './params.ts'
import type { Hash } from './ports.ts'

const s256Challenge = /^[A-Za-z0-9_-]{43}$/
/** RFC 7636 §4.1: 43 to 128 unreserved characters. */
const verifierShape = /^[A-Za-z0-9\-._~]{43,128}$/

/**
 * The challenge that binds a code to whoever asked for it (RFC 7636 §4.3), S256 only (RFC 9700 §2.1.1).
 * @throws `invalid_request` when it is missing where it must be sent, malformed, or not S256.
 */
export function codeChallenge(params: Params, client: Client, check: Check): string | undefined {
  const challenge = params.get('code_challenge')
  const method = params.get('code_challenge_method')
  if (challenge === undefined) {
    // A public client can prove itself by nothing else (RFC 9700 §2.1.1).
    if (method !== undefined || isPublic(client) || client.grantwise.pkce === 'required') {
      throw check.refused('pkce-challenge-missing', 'send code_challenge, with code_challenge_method S256', {
        public_client: isPublic(client),
        pkce: client.grantwise.pkce,
        code_challenge_method: method,
      })
    }
    check.passed('pkce-challenge-missing')
    return undefined
  }
  check.passed('pkce-challenge-missing')
  // RFC 7636 §4.3: absent means plain, which protects against nobody who can read the request.
  if (method !== 'S256') {
    throw check.refused('pkce-method-unsupported', 'code_challenge_method must be S256', { sent: method ?? '(absent)' })
  }
  check.passed('pkce-method-unsupported')
  if (!s256Challenge.test(challenge)) {
    throw check.refused('pkce-challenge-malformed', 'code_challenge must be 43 characters of base64url', {
      length: challenge.length,
    })
  }
  check.passed('pkce-challenge-malformed')
  return challenge
}

/** @throws `invalid_grant` unless the verifier hashes to the challenge the code is bound to (RFC 7636 §4.6). */
export function verifyPkce(
  verifier: string | undefined,
  code: Pick<Code, 'code_challenge'>,
  hash: Hash,
  check: Check,
): void {
  if (code.code_challenge === undefined) {
    // RFC 9700 §4.8.2: somebody took the challenge out of the request.
    if (verifier !== undefined)
      throw check.refused('pkce-downgrade', 'send no code_verifier: the code was asked for without a code_challenge')
    check.passed('pkce-downgrade')
    return
  }
  if (verifier === undefined)
    throw check.refused('pkce-verifier-missing', 'send the code_verifier that code_challenge was made from')
  check.passed('pkce-verifier-missing')
  if (!verifierShape.test(verifier)) {
    throw check.refused('pkce-verifier-malformed', 'code_verifier must be 43 to 128 unreserved characters', {
      length: verifier.length,
    })
  }
  check.passed('pkce-verifier-malformed')
  const hashed = hash.sha256(verifier)
  if (!hash.equal(hashed, code.code_challenge)) {
    throw check.refused('pkce-verifier-mismatch', 'code_verifier must be the one that code_challenge was made from', {
      // A client that forgot to hash sent its verifier, a secret, as the challenge: that is said, and not shown.
      challenge_is_verifier: verifier === code.code_challenge,
      code_challenge: verifier === code.code_challenge ? undefined : code.code_challenge,
      hashed_verifier: hashed,
    })
  }
  check.passed('pkce-verifier-mismatch')
}
