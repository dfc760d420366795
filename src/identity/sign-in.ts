import { passwordAcr } from '../core/acr.ts'
import type { Clock, Hash, Random } from '../core/ports.ts'
import type { User } from '../core/user.ts'
import { type Credentials, checkPassword, type PasswordPowers, type Refusal } from './check-password.ts'
import type { KnownBrowsers } from './known-browser.ts'
import type { Account, IdentityStore, Session } from './ports.ts'
import { startSession } from './sessions.ts'

/** RFC 8176 §2: how a password is named in `amr`. */
export const passwordAmr: readonly string[] = ['pwd']

/** A sign-in form as it was submitted. */
export interface SignIn extends Credentials {
  readonly user_agent: string
  /** The live session of this browser, which the new one takes the place of. */
  readonly replaces?: Session | undefined
}

export interface SignInPowers extends PasswordPowers {
  readonly store: Pick<IdentityStore, 'accountByLogin' | 'startSession'>
  readonly knownBrowsers: KnownBrowsers
  readonly clock: Clock
  readonly random: Random
  readonly hash: Hash
}

export interface SignedIn {
  readonly kind: 'signed-in'
  /** The value of the session's cookie, for this browser only. */
  readonly cookie: string
  readonly session: Session
  readonly user: User
  /** The new value of the cookie by which this browser is known. */
  readonly knownBrowser: string
}

/** Signs somebody in by password and starts their session. */
export async function signIn(form: SignIn, powers: SignInPowers): Promise<SignedIn | Refusal> {
  const checked = await checkPassword(form, powers)
  if (checked.kind !== 'right') return checked
  const user = withoutHash(checked.account)
  const { address, user_agent, replaces } = form
  const started = await startSession(
    { sub: user.sub, amr: passwordAmr, acr: passwordAcr, address, user_agent, replaces },
    powers,
  )
  return {
    kind: 'signed-in',
    ...started,
    user,
    knownBrowser: powers.knownBrowsers.remember(form.knownBrowser, user.login),
  }
}

function withoutHash({ password_hash, ...user }: Account): User {
  return user
}
