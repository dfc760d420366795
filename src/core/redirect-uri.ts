import type { Code } from './authorization.ts'
import type { Check } from './check.ts'
import type { Client } from './client.ts'

/** RFC 8252 §7.3: the loopback hosts, and what follows the port. */
const loopback = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(?::(\d{1,5}))?([/?].*)?$/

/** The registered redirect URI that this one is, as raw strings (RFC 9700 §2.1), or nothing. */
export function registeredRedirectUri(
  sent: string,
  client: Pick<Client, 'redirect_uris' | 'grantwise'>,
): string | undefined {
  const exact = client.redirect_uris.find(registered => registered === sent)
  if (exact !== undefined) return exact
  if (!takesAnyLoopbackPort(client)) return undefined
  const portless = withoutPort(sent)
  return portless === undefined ? undefined : client.redirect_uris.find(it => withoutPort(it) === portless)
}

/** RFC 8252 §7.3: a native app or tool listens on whichever port is free; nothing else may differ. */
export function takesAnyLoopbackPort({ grantwise: { runs_on } }: Pick<Client, 'grantwise'>): boolean {
  return runs_on === 'native' || runs_on === 'cli'
}

function withoutPort(uri: string): string | undefined {
  const [, host, port, rest = ''] = loopback.exec(uri) ?? []
  return host === undefined || Number(port ?? 80) > 65535 ? undefined : host + rest
}

/**
 * @throws `invalid_grant` when a redirect_uri differs from the one the code went to (RFC 6749 §4.1.3);
 * `invalid_request` when none came and no PKCE bound the code (OAuth 2.1 (draft) §10.2 leaves it out).
 */
export function verifyRedirectUri(
  sent: string | undefined,
  code: Pick<Code, 'redirect_uri' | 'code_challenge'>,
  check: Check,
): void {
  if (sent === undefined) {
    if (code.code_challenge === undefined)
      throw check.refused('redirect-uri-unbound', 'send the redirect_uri of the authorization request')
    check.passed('redirect-uri-unbound')
    return
  }
  if (sent !== code.redirect_uri) {
    throw check.refused('redirect-uri-differs', 'redirect_uri must be the one the code was sent to', {
      sent,
      expected: code.redirect_uri,
    })
  }
  check.passed('redirect-uri-differs')
}
