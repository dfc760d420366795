import type { User } from '../core/user.ts'
import { checkPassword, type Refusal } from './check-password.ts'
import { choosePassword, type FormFault, refuse } from './new-account.ts'
import type { Passwords } from './passwords.ts'
import type { AccountStore, Session } from './ports.ts'
import { beginSession, type SignedIn, type SignInPowers } from './sign-in.ts'
import type { Visitor } from './sign-up.ts'

/** The form as somebody who is signed in submitted it. */
export interface PasswordForm {
  readonly current: string
  readonly password: string
  readonly again?: string | undefined
}

export type ChangePasswordPowers = Omit<SignInPowers, 'store' | 'passwords'> & {
  readonly store: SignInPowers['store'] & Pick<AccountStore, 'changePassword'>
  readonly passwords: Passwords
}

/**
 * Another password for who is signed in. The current one is asked like at sign-in, with its counters. Every other
 * session ends with what lives in it, and this browser goes on under a new id.
 */
export async function changePassword(
  { current, password, again }: PasswordForm,
  who: { readonly user: User; readonly session: Session },
  visitor: Visitor,
  powers: ChangePasswordPowers,
): Promise<SignedIn | FormFault | Extract<Refusal, { kind: 'throttled' }>> {
  const { store, check, clock, passwords } = powers
  const { login, email, sub } = who.user
  const fault = await choosePassword(password, again, [login, email], powers)
  if (fault !== undefined) return fault
  const checked = await checkPassword({ ...visitor, login, password: current }, powers)
  if (checked.kind === 'throttled') return checked
  if (checked.kind === 'refused' || checked.account.sub !== sub) return wrong(powers)
  const from = checked.account.password_hash
  const to = await passwords.hash(password)
  const keep = who.session.token.id
  const change = { sub, to, keep, ...(from === undefined ? {} : { from }) }
  const changed = await store.changePassword(change, clock.now(), check.by('user', sub))
  // Of two changes at once the second proved a password that is none any more.
  if (!changed) return wrong(powers)
  check.passed('password-wrong')
  const account = { ...checked.account, password_hash: to }
  return (await beginSession(account, { ...visitor, replaces: who.session }, powers)) ?? wrong(powers)
}

function wrong({ check }: Pick<ChangePasswordPowers, 'check'>): FormFault {
  return refuse(check, {
    field: 'current',
    fault: 'wrong',
    reason: 'password-wrong',
    sentence: 'the current password is not right',
  })
}
