import { hasOwnCost } from './argon2.ts'
import { type Passwords, TooManySignIns } from './passwords.ts'
import type { Account, IdentityStore } from './ports.ts'

export interface RenewHashPowers {
  readonly store: Pick<IdentityStore, 'renewPasswordHash'>
  readonly passwords: Pick<Passwords, 'hash'>
}

/**
 * The account whose password was just proven, with a hash at our own cost: one that was imported at another takes
 * another time to check, by which a stranger could tell that the account is there.
 */
export async function renewHash(
  account: Account,
  password: string,
  { store, passwords }: RenewHashPowers,
): Promise<Account> {
  const { sub, password_hash: from } = account
  if (from === undefined || hasOwnCost(from)) return account
  const to = await passwords.hash(password).catch(unlessBusy)
  const renewed = to !== undefined && (await store.renewPasswordHash(sub, from, to))
  return renewed ? { ...account, password_hash: to } : account
}

/** The next sign-in will do as well. */
function unlessBusy(error: unknown): undefined {
  if (!(error instanceof TooManySignIns)) throw error
}
