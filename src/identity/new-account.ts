import type { Check } from '../core/check.ts'
import type { OAuthError } from '../core/errors.ts'
import type { Random } from '../core/ports.ts'
import type { ReasonId } from '../core/reasons.ts'
import { normaliseLogin } from './login-name.ts'
import { findPasswordFault, type PasswordFault } from './password-rules.ts'
import type { Passwords } from './passwords.ts'
import type { Account } from './ports.ts'

/** An account as somebody describes their own. */
export interface NewPerson {
  readonly login: string
  readonly password: string
  /** The password once more, where the form asked for it. */
  readonly again?: string | undefined
  readonly name?: string | undefined
  readonly email?: string | undefined
}

/** What is wrong with a form about an account: the field and, of a password, why. */
export interface FormFault {
  readonly kind: 'fault'
  readonly field: 'login' | 'name' | 'email' | 'current' | 'password' | 'again' | 'token'
  readonly fault: 'unusable' | 'taken' | 'differs' | 'wrong' | PasswordFault
  readonly error: OAuthError
}

interface FoundFault {
  readonly field: FormFault['field']
  readonly fault: FormFault['fault']
  readonly reason: ReasonId
  readonly sentence: string
}

/** The account that somebody described, or what is wrong with it; nothing is looked up, and nothing hashed yet. */
export async function describeAccount(
  { login: typed, password, again, name, email }: NewPerson,
  roles: readonly string[],
  { passwords, random, check }: NewAccountPowers,
): Promise<Omit<Account, 'password_hash'> | FormFault> {
  const login = normaliseLogin(typed)
  if (login === undefined) {
    return refuse(check, {
      field: 'login',
      fault: 'unusable',
      reason: 'login-unusable',
      sentence: 'this username cannot be used',
    })
  }
  check.passed('login-unusable')
  const wrong = isLine(name) ? (isEmail(email) ? undefined : 'email') : 'name'
  if (wrong !== undefined) {
    return refuse(check, {
      field: wrong,
      fault: 'unusable',
      reason: 'profile-unusable',
      sentence: `this ${wrong} cannot be used`,
    })
  }
  check.passed('profile-unusable')
  const fault = await choosePassword(password, again, [login, email, name], { passwords, check })
  if (fault !== undefined) return fault
  return {
    sub: random.secret(),
    login,
    ...(email === undefined ? {} : { email }),
    // Nobody has shown yet that it is theirs.
    email_verified: false,
    claims: name === undefined ? {} : { name },
    roles,
    disabled: false,
  }
}

export interface NewAccountPowers {
  readonly passwords: Pick<Passwords, 'isCommon'>
  readonly random: Pick<Random, 'secret'>
  readonly check: Check
}

/** What is wrong with a password that somebody chose for themselves; the rule is that of `findPasswordFault`. */
export async function choosePassword(
  password: string,
  again: string | undefined,
  names: readonly (string | undefined)[],
  { passwords, check }: Pick<NewAccountPowers, 'passwords' | 'check'>,
): Promise<FormFault | undefined> {
  const fault = await findPasswordFault(password, names, passwords)
  if (fault !== undefined) {
    return refuse(check, {
      field: 'password',
      fault,
      reason: 'password-unfit',
      sentence: 'this password cannot be chosen',
    })
  }
  check.passed('password-unfit')
  if (again !== undefined && again !== password) {
    return refuse(check, {
      field: 'again',
      fault: 'differs',
      reason: 'password-repeat-differs',
      sentence: 'the password was not typed the same way twice',
    })
  }
  check.passed('password-repeat-differs')
  return undefined
}

export function loginTaken(check: Check): FormFault {
  return refuse(check, { field: 'login', fault: 'taken', reason: 'login-taken', sentence: 'this username is taken' })
}

export function refuse(check: Check, { field, fault, reason, sentence }: FoundFault): FormFault {
  return { kind: 'fault', field, fault, error: check.refused(reason, sentence, { field, fault }) }
}

function isLine(text: string | undefined): boolean {
  return text === undefined || /^[^\p{Cc}\p{Zl}\p{Zp}]{1,200}$/u.test(text)
}

function isEmail(text: string | undefined): boolean {
  return text === undefined || (text.length <= 320 && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(text))
}
