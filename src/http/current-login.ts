import type { Login } from '../core/authorization.ts'
import type { User } from '../core/user.ts'
import type { Session } from '../identity/ports.ts'
import type { Context } from './context.ts'
import type { Exchange } from './exchange.ts'

/** Who is signed in, in this browser. */
export interface SignedIn {
  readonly session: Session
  readonly login: Login
  readonly user: User
}

/** The account of the session cookie; nobody, when the session is over or the account gone or disabled. */
export async function currentLogin(
  { request }: Exchange,
  { cookies, identity, server }: Context,
): Promise<SignedIn | undefined> {
  const cookie = cookies.read(request, 'session')
  const session = cookie === undefined ? undefined : await identity.session(cookie)
  if (!session) return undefined
  const user = await server.store.user(session.sub)
  return user && !user.disabled ? signedInAs(session, user) : undefined
}

export function signedInAs(session: Session, user: User): SignedIn {
  const { sub, auth_time, amr, acr, token } = session
  return { session, user, login: { sub, auth_time, amr, acr, sid: token.id } }
}
