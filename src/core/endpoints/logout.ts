import type { Login } from '../authorization.ts'
import type { Check } from '../check.ts'
import { type Client, namedClient } from '../client.ts'
import { encodeForm } from '../encode-form.ts'
import type { Params } from '../params.ts'
import { RedirectTarget } from '../redirect-target.ts'
import type { Server } from '../server.ts'

/** What a request to sign out asks for, and whether its user must confirm it. */
export interface LogoutReply {
  /** The application that asked, when it named itself. */
  readonly client: Client | undefined
  /** Ask first: nothing proves that the application speaks for the one who is signed in. */
  readonly confirm: boolean
  /**
   * The sessions that it is about, by `sid`: the one that the application's own proof names, wherever it is, and of
   * those at the browser its user's; where no proof names any of them, all of them.
   */
  readonly ends: readonly string[]
  /** Where to send the browser afterwards, as registered. */
  readonly location: string | undefined
}

/**
 * OIDC RP-Initiated Logout §2, for a browser with these sessions. Ends nothing itself: the caller holds them.
 * @throws errors for the user's eyes; a redirect that is not registered is never followed.
 */
export async function logout(
  params: Params,
  logins: readonly Login[],
  server: Server,
  check: Check,
): Promise<LogoutReply> {
  const hint = await readHint(params.get('id_token_hint'), server, check)
  const client_id = params.get('client_id')
  if (hint && client_id !== undefined && hint.aud !== client_id) {
    throw check.refused('logout-client-differs', 'client_id is not the one that id_token_hint was issued to', {
      sent: namedClient(client_id),
      issued_to: hint.aud,
    })
  }
  check.passed('logout-client-differs')
  const named = hint?.aud ?? client_id
  const client = named === undefined ? undefined : await server.store.client(named)
  const target = RedirectTarget.proveLogout(client, params, check)
  const own = logins.filter(it => it.sub === hint?.sub)
  const ended = own.length > 0 ? own : logins
  return {
    client,
    confirm: logins.length > 0 && own.length === 0,
    ends: [...new Set([...(hint?.sid === undefined ? [] : [hint.sid]), ...ended.map(it => it.sid)])],
    location: target && withState(target),
  }
}

/** Our own ID Token, expired or not: it says who asks, and for whom. */
async function readHint(
  hint: string | undefined,
  { keys, issuer }: Server,
  check: Check,
): Promise<{ readonly aud: string; readonly sub: string; readonly sid: string | undefined } | undefined> {
  if (hint === undefined) return undefined
  const claims = await keys.verify(hint, 'JWT')
  const { iss, aud, sub, sid } = claims ?? {}
  if (iss !== issuer || typeof aud !== 'string' || typeof sub !== 'string') {
    throw check.refused('id-token-hint-invalid', 'id_token_hint is not an ID Token of this server', {
      signature_right: claims !== undefined,
      sent_issuer: typeof iss === 'string' ? iss : undefined,
      expected_issuer: issuer,
    })
  }
  check.passed('id-token-hint-invalid')
  return { aud, sub, sid: typeof sid === 'string' ? sid : undefined }
}

function withState({ redirect_uri, state }: RedirectTarget): string {
  if (state === undefined) return redirect_uri
  return redirect_uri + (redirect_uri.includes('?') ? '&' : '?') + encodeForm([['state', state]])
}
