import type { Login } from './authorization.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { Progress } from './interaction.ts'
import type { User } from './user.ts'

/** Somebody who is signed in at the browser. */
export interface Present {
  readonly login: Login
  readonly user: Pick<User, 'login' | 'email'>
}

/** The sign-in that a request is about. */
export interface Choice {
  readonly login: Login | undefined
  /** There are others, and nothing has said which is meant: `login` is the one used last. */
  readonly ambiguous: boolean
  /** There are others, and nothing but `login_hint` chose. */
  readonly hinted?: true
}

/**
 * Whose sign-in answers a request, of those at the browser, the one used last first: who was chosen on its pages, else
 * the user of `id_token_hint` or `sub`, else of `login_hint`, which is no more than a hint (OIDC Core §3.1.2.1). Pure.
 */
export function chooseLogin(
  present: readonly Present[],
  { sub, login_hint }: Pick<AuthorizationRequest, 'sub' | 'login_hint'>,
  { login, account, consent }: Progress,
): Choice {
  const first = present[0]?.login
  const of = (user: string | undefined) => present.find(it => it.login.sub === user)?.login
  const chosen = present.find(it => it.login.sid === login)?.login ?? of(account) ?? of(consent?.sub)
  if (chosen) return { login: chosen, ambiguous: false }
  // Nobody else will do, so that there is nothing to choose.
  if (sub !== undefined) return { login: of(sub) ?? first, ambiguous: false }
  const hinted = login_hint === undefined ? [] : present.filter(it => isNamed(it, login_hint))
  if (hinted.length === 1 && present.length > 1) return { login: hinted[0]?.login, ambiguous: false, hinted: true }
  return { login: first, ambiguous: present.length > 1 }
}

function isNamed({ user }: Present, hint: string): boolean {
  const name = hint.trim().toLowerCase()
  return user.login === name || user.email?.toLowerCase() === name
}
