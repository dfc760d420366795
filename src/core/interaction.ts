import type { Login } from './authorization.ts'
import type { AuthorizationRequest } from './authorization-request.ts'

/** What a user must be asked before a request can be answered. */
export type Interaction = 'login' | 'select_account' | 'consent'

/** What the user has already done for this very request; kept with the parked request, sealed. */
export interface Progress {
  /** Signed in on a page of this request. */
  readonly login: boolean
  /** Chose the account that is signed in. */
  readonly account: boolean
  /** Allowed exactly these scopes, as that user. */
  readonly consent: { readonly sub: string; readonly scope: readonly string[] } | undefined
}

export const untouched: Progress = { login: false, account: false, consent: undefined }

type Asked = Pick<AuthorizationRequest, 'prompt' | 'max_age' | 'discloses' | 'sub'> & {
  readonly client: { readonly grantwise: { readonly first_party: boolean } }
}

/**
 * The next question for the user, or nothing when the request can be answered. Pure.
 * `consented` are the scopes this user has let this client have before.
 */
export function nextInteraction(
  request: Asked,
  login: Login | undefined,
  consented: readonly string[],
  progress: Progress,
  now: number,
): Interaction | undefined {
  if (!login || !mayStand(request, login, progress, now)) return 'login'
  if (request.prompt.includes('select_account') && !progress.account && !progress.login) return 'select_account'
  const allowed = progress.consent?.sub === login.sub ? progress.consent.scope : []
  const asksAgain = request.prompt.includes('consent')
  if (request.client.grantwise.first_party && !asksAgain) return undefined
  const agreed = asksAgain ? allowed : [...consented, ...allowed]
  return request.discloses.every(scope => agreed.includes(scope)) ? undefined : 'consent'
}

/** Whether the sign-in there is will do for this request (OIDC Core §3.1.2.1: prompt, max_age, id_token_hint). */
function mayStand({ prompt, max_age, sub }: Asked, login: Login, progress: Progress, now: number): boolean {
  if (sub !== undefined && login.sub !== sub) return false
  if (progress.login) return true
  if (prompt.includes('login')) return false
  // max_age=0 is prompt=login by another name.
  return max_age === undefined || (max_age > 0 && now - login.auth_time <= max_age)
}
