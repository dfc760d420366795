import type { Check } from './check.ts'
import type { Client } from './client.ts'
import type { Params } from './params.ts'
import { registeredRedirectUri, takesAnyLoopbackPort } from './redirect-uri.ts'

/** A place that its client registered: holding one proves that an answer, or an error, may be sent there. */
export class RedirectTarget {
  readonly redirect_uri: string
  readonly state: string | undefined

  private constructor(redirect_uri: string, state: string | undefined) {
    this.redirect_uri = redirect_uri
    this.state = state
  }

  /** @throws when the redirect_uri is missing or not registered; the error must never be sent there (RFC 6749 §4.1.2.1). */
  static prove(client: Client, params: Params, check: Check): RedirectTarget {
    const sent = params.get('redirect_uri')
    if (sent === undefined)
      throw check.refused('redirect-uri-missing', 'redirect_uri is missing', { registered: client.redirect_uris })
    check.passed('redirect-uri-missing')
    if (registeredRedirectUri(sent, client) === undefined) {
      throw check.refused('redirect-uri-mismatch', 'redirect_uri must be one that is registered for this client', {
        sent: withoutUserinfo(sent),
        registered: client.redirect_uris,
        any_loopback_port: takesAnyLoopbackPort(client),
      })
    }
    check.passed('redirect-uri-mismatch')
    return new RedirectTarget(sent, params.get('state'))
  }

  /** A post-logout redirect, exact as registered (OIDC RP-Initiated Logout §3). */
  static proveLogout(client: Client | undefined, params: Params, check: Check): RedirectTarget | undefined {
    const sent = params.get('post_logout_redirect_uri')
    if (sent === undefined) return undefined
    if (!client?.post_logout_redirect_uris.includes(sent)) {
      throw check.refused('logout-redirect-mismatch', 'post_logout_redirect_uri must be one that is registered', {
        sent: withoutUserinfo(sent),
        registered: client?.post_logout_redirect_uris ?? [],
        client_id: client?.client_id,
      })
    }
    check.passed('logout-redirect-mismatch')
    return new RedirectTarget(sent, params.get('state'))
  }
}

/** A URI fit to be written down: a name and password in front of the host are nobody's business. */
function withoutUserinfo(uri: string): string {
  return uri.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1…@')
}
