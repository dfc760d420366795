import { passwordAcr } from '../core/acr.ts'
import type { Clock, Hash, Random } from '../core/ports.ts'
import type { User } from '../core/user.ts'
import { type Credentials, checkPassword, type PasswordPowers, type Refusal, refused } from './check-password.ts'
import type { KnownBrowsers } from './known-browser.ts'
import type { Account, IdentityStore, Session } from './ports.ts'
import { startSession } from './sessions.ts'

/** RFC 8176 §2: how a password is named in `amr`. */
const passwordAmr: readonly string[] = ['pwd']

/** A sign-in form as it was submitted. */
export interface SignIn extends Credentials {
  readonly user_agent: string
  /** Seconds that the session lives, where that is less than a browser's. */
  readonly lives?: number | undefined
  /** The live session of this browser, which the new one takes the place of. */
  readonly replaces?: Session | undefined
}

export interface SignInPowers extends PasswordPowers {
  readonly store: PasswordPowers['store'] & Pick<IdentityStore, 'startSession'>
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
  const signedIn = await beginSession(checked.account, form, powers)
  return signedIn ?? refused('account-disabled', powers.check, checked.account)
}

/** Signs in whose account was just proven, or just made; nothing, when it stands no more. */
export async function beginSession(
  account: Account,
  { address, user_agent, lives, replaces, knownBrowser }: Omit<SignIn, 'login' | 'password'>,
  powers: Pick<SignInPowers, 'knownBrowsers' | 'clock' | 'random' | 'hash' | 'check'> & {
    readonly store: Pick<IdentityStore, 'startSession'>
  },
): Promise<SignedIn | undefined> {
  const user = withoutHash(account)
  const { sub } = user
  const proof = account.password_hash
  const started = await startSession(
    { sub, amr: passwordAmr, acr: passwordAcr, address, user_agent, lives, replaces, proof },
    powers,
  )
  return (
    started && {
      kind: 'signed-in',
      ...started,
      user,
      knownBrowser: powers.knownBrowsers.remember(knownBrowser, user.login),
    }
  )
}

function withoutHash({ password_hash, ...user }: Account): User {
  return user
}
