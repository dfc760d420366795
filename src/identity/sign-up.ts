import type { Check } from '../core/check.ts'
import type { OAuthError } from '../core/errors.ts'
import type { Clock, Hash, Random } from '../core/ports.ts'
import type { KnownBrowsers } from './known-browser.ts'
import { describeAccount, type FormFault, loginTaken, type NewPerson } from './new-account.ts'
import type { Passwords } from './passwords.ts'
import type { AccountStore, IdentityStore } from './ports.ts'
import { beginSession, type SignedIn, type SignIn } from './sign-in.ts'
import type { SignUpLimit } from './sign-up-limit.ts'

/** Who fills in a form: their address, their browser, and the session it takes the place of. */
export type Visitor = Omit<SignIn, 'login' | 'password'>

export interface SignUpPowers {
  readonly store: Pick<IdentityStore, 'accountByLogin' | 'startSession'> & Pick<AccountStore, 'addAccount'>
  /** Whether a client names this login as its owner: a stranger must not become that. */
  readonly isOwner: (login: string) => Promise<boolean>
  readonly limit: SignUpLimit
  readonly passwords: Pick<Passwords, 'hash' | 'isCommon'>
  readonly knownBrowsers: KnownBrowsers
  readonly clock: Clock
  readonly random: Random
  readonly hash: Hash
  readonly check: Check
}

export interface TooManySignUps {
  readonly kind: 'throttled'
  readonly retry_after: number
  readonly error: OAuthError
}

/** Makes an account for whoever asks, and signs them in. That a login is taken is all that it tells of others. */
export async function signUp(
  person: NewPerson,
  visitor: Visitor,
  powers: SignUpPowers,
): Promise<SignedIn | FormFault | TooManySignUps> {
  const { store, check, clock, limit, passwords } = powers
  const described = await describeAccount(person, [], powers)
  if ('kind' in described) return described
  const retry_after = await limit.count(visitor.address)
  if (retry_after !== undefined) {
    const error = check.refused('sign-up-throttled', 'too many accounts were asked for; try again later')
    return { kind: 'throttled', retry_after, error }
  }
  check.passed('sign-up-throttled')
  const taken = (await store.accountByLogin(described.login)) !== undefined || (await powers.isOwner(described.login))
  if (taken) return loginTaken(check)
  const account = { ...described, password_hash: await passwords.hash(person.password) }
  // Asked again: hashing takes long enough for a client to have named its owner meanwhile.
  if (await powers.isOwner(described.login)) return loginTaken(check)
  // Of two at once, one has it.
  if (!(await store.addAccount(account, clock.now(), check.by('user', account.sub)))) return loginTaken(check)
  check.passed('login-taken')
  return (await beginSession(account, visitor, powers)) ?? loginTaken(check)
}
