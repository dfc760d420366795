import type { Login } from './authorization.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { Choice } from './choose-login.ts'
import { type Client, isPublic } from './client.ts'

/** What a user must be asked before a request can be answered. */
export type Interaction = 'login' | 'select_account' | 'consent'

/** What the user has already done for this very request; kept with the parked request, sealed. */
export interface Progress {
  /** The session that was started on a page of this request, by its `sid`. */
  readonly login: string | undefined
  /** The user whose account was chosen, by `sub`. */
  readonly account: string | undefined
  /** A page left the choice to them: from then on nobody is meant whom they do not name. */
  readonly choosing?: true
  /** Allowed exactly these scopes, as that user. */
  readonly consent: { readonly sub: string; readonly scope: readonly string[] } | undefined
}

export const untouched: Progress = { login: undefined, account: undefined, consent: undefined }

type Asked = Pick<AuthorizationRequest, 'prompt' | 'max_age' | 'discloses' | 'sub'> & {
  readonly client: Pick<Client, 'token_endpoint_auth_method'> & {
    readonly grantwise: Pick<Client['grantwise'], 'first_party' | 'runs_on'>
  }
  readonly target: { readonly redirect_uri: string }
}

/**
 * The next question for the user, or nothing when the request can be answered. Pure.
 * `consented` are the scopes this user has let this client have before.
 */
export function nextInteraction(
  request: Asked,
  { login, ambiguous }: Choice,
  consented: readonly string[],
  progress: Progress,
  now: number,
): Interaction | undefined {
  if (ambiguous) return 'select_account'
  if (!login || !mayStand(request, login, progress, now)) return 'login'
  const chose = progress.account === login.sub || progress.login === login.sid
  if ((request.prompt.includes('select_account') || progress.choosing) && !chose) return 'select_account'
  const allowed = progress.consent?.sub === login.sub ? progress.consent.scope : []
  const asksAgain = request.prompt.includes('consent')
  if (request.client.grantwise.first_party && !asksAgain) return undefined
  const agreed = asksAgain || !isAssured(request) ? allowed : [...consented, ...allowed]
  return request.discloses.every(scope => agreed.includes(scope)) ? undefined : 'consent'
}

/**
 * Whether an answer can only reach the client that was consented to. A loopback port or a private-use scheme may
 * belong to any program on the device, so the user confirms each time (RFC 8252 §8.6).
 */
function isAssured({ client, target }: Asked): boolean {
  const { runs_on } = client.grantwise
  const anyProgram = runs_on === 'native' || runs_on === 'cli' || runs_on === 'device'
  return !isPublic(client) || !anyProgram || target.redirect_uri.startsWith('https:')
}

/** Whether the sign-in there is will do for this request (OIDC Core §3.1.2.1: prompt, max_age, id_token_hint). */
function mayStand({ prompt, max_age, sub }: Asked, login: Login, progress: Progress, now: number): boolean {
  if (sub !== undefined && login.sub !== sub) return false
  if (progress.login === login.sid) return true
  if (prompt.includes('login')) return false
  // max_age=0 is prompt=login by another name.
  return max_age === undefined || (max_age > 0 && now - login.auth_time <= max_age)
}
