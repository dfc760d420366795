import type { Check } from '../core/check.ts'
import type { OAuthError } from '../core/errors.ts'
import type { KnownBrowsers } from './known-browser.ts'
import { normaliseLogin } from './login-name.ts'
import type { Passwords } from './passwords.ts'
import type { Account, IdentityStore } from './ports.ts'
import { type RenewHashPowers, renewHash } from './renew-hash.ts'
import type { Counted, Throttle } from './throttle.ts'

/** A login and password as somebody offered them. */
export interface Credentials {
  readonly login: string
  readonly password: string
  readonly address: string
  /** The cookie by which this browser shows that it signed in before. */
  readonly knownBrowser?: string | undefined
}

/** `refused` looks the same for every cause; the exact one went to the journey. */
export type Refusal =
  | { readonly kind: 'refused'; readonly error: OAuthError }
  | { readonly kind: 'throttled'; readonly retry_after: number; readonly error: OAuthError }

export interface PasswordPowers {
  readonly store: Pick<IdentityStore, 'accountByLogin'> & RenewHashPowers['store']
  readonly throttle: Throttle
  readonly knownBrowsers: Pick<KnownBrowsers, 'proves'>
  readonly passwords: Pick<Passwords, 'verify'> & RenewHashPowers['passwords']
  readonly check: Check
}

/**
 * Whose login and password these are: the one way to offer a password, whatever flow it serves. Unknown, wrong and
 * disabled take the same steps and the same work, and count as failures alike.
 */
export async function checkPassword(
  { login: typed, password, address, knownBrowser }: Credentials,
  { store, throttle, knownBrowsers, passwords, check }: PasswordPowers,
): Promise<{ readonly kind: 'right'; readonly account: Account } | Refusal> {
  const login = normaliseLogin(typed)
  const browser = login && knownBrowsers.proves(knownBrowser, login)
  const counted = await throttle.count({ login: login ?? typed, address, browser })
  if (!counted.allowed) return throttled(counted.retry_after, check)
  check.passed('sign-in-throttled')

  const { account, right } = await refundingUnlessMade(counted, async () => {
    const found = login === undefined ? undefined : await store.accountByLogin(login)
    return { account: found, right: await passwords.verify(found?.password_hash, password) }
  })
  if (account === undefined) return refused('login-unknown', check)
  check.passed('login-unknown')
  if (!right) return refused('password-wrong', check, account)
  check.passed('password-wrong')
  if (account.disabled) return refused('account-disabled', check, account)
  check.passed('account-disabled')

  await counted.refund()
  return { kind: 'right', account: await renewHash(account, password, { store, passwords }) }
}

/** A guess that broke on the way, or found the queue full, taught nobody anything and is not counted. */
async function refundingUnlessMade<T>(
  counted: Extract<Counted, { allowed: true }>,
  guess: () => Promise<T>,
): Promise<T> {
  try {
    return await guess()
  } catch (error) {
    await counted.refund()
    throw error
  }
}

/** The typed login of somebody unknown is kept out of the log: people type passwords there. */
export function refused(
  reason: 'login-unknown' | 'password-wrong' | 'account-disabled',
  check: Check,
  account?: Account,
): Refusal {
  const detail = account && { sub: account.sub }
  return { kind: 'refused', error: check.refused(reason, 'the login or the password is not right', detail) }
}

function throttled(retry_after: number, check: Check): Refusal {
  const sentence = 'too many failed sign-ins; try again later'
  return { kind: 'throttled', retry_after, error: check.refused('sign-in-throttled', sentence, { retry_after }) }
}
