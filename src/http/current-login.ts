import type { Login } from '../core/authorization.ts'
import type { User } from '../core/user.ts'
import type { Session } from '../identity/ports.ts'
import type { Context } from './context.ts'
import type { Exchange } from './exchange.ts'
import { sessionSecrets } from './session-secrets.ts'

/** Who is signed in, in this browser. */
export interface SignedIn {
  readonly session: Session
  readonly login: Login
  readonly user: User
}

/** The account used last of those in the session cookie; nobody, when all are over, gone or disabled. */
export async function currentLogin({ request }: Exchange, context: Context): Promise<SignedIn | undefined> {
  for (const secret of sessionSecrets(request, context.cookies)) {
    const signedIn = await signedInBy(secret, context)
    if (signedIn) return signedIn
  }
  return undefined
}

/** Everybody who is signed in, in this browser, once each, the one used last first. */
export async function presentLogins({ request }: Exchange, context: Context): Promise<readonly SignedIn[]> {
  const present: SignedIn[] = []
  for (const secret of sessionSecrets(request, context.cookies)) {
    const signedIn = await signedInBy(secret, context)
    if (signedIn && present.every(it => it.user.sub !== signedIn.user.sub)) present.push(signedIn)
  }
  return present
}

async function signedInBy(secret: string, { identity, server }: Context): Promise<SignedIn | undefined> {
  const session = await identity.session(secret)
  if (!session) return undefined
  const user = await server.store.user(session.sub)
  return user && !user.disabled ? signedInAs(session, user) : undefined
}

export function signedInAs(session: Session, user: User): SignedIn {
  const { sub, auth_time, amr, acr, token } = session
  return { session, user, login: { sub, auth_time, amr, acr, sid: token.id } }
}
