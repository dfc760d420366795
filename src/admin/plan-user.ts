import type { Random, UserStore } from '../core/ports.ts'
import type { Passwords } from '../identity/passwords.ts'
import type { Account, AccountStore, IdentityStore } from '../identity/ports.ts'
import { difference } from './difference.ts'
import type { Step } from './plan.ts'
import { join, type Report } from './problem.ts'
import type { DescribedUser } from './user.ts'

/** The account that a file means, if there is one. A `sub` is for ever, so one that contradicts is reported. */
export async function findAccount(
  { login, sub, password, roles }: DescribedUser,
  path: string,
  report: Report,
  store: Pick<IdentityStore, 'accountByLogin'> & Pick<AccountStore, 'isDeletedUser'> & Pick<UserStore, 'user'>,
  passwords: Pick<Passwords, 'verify'>,
): Promise<Account | undefined> {
  const account = await store.accountByLogin(login)
  // Whoever wrote a password thought to make this account: with another one it is somebody else's.
  const promoted = roles?.includes('admin') === true && account?.roles.includes('admin') === false
  const strange = promoted && sub === undefined && password !== undefined
  if (account !== undefined && strange && !(await passwords.verify(account.password_hash, password))) {
    report(
      join(path, 'roles'),
      `"sub": "${account.sub}" beside it, since ${login} exists already, with another password, which this file does not change`,
      '"admin"',
    )
  }
  if (sub === undefined || account?.sub === sub) return account
  if (account !== undefined) {
    report(
      join(path, 'sub'),
      `${account.sub}, which ${login} has and keeps (OIDC Core §2), or none`,
      JSON.stringify(sub),
    )
    return account
  }
  const other = await store.user(sub)
  if (other !== undefined) report(join(path, 'sub'), 'a sub that nobody has', `that of ${other.login}`)
  else if (await store.isDeletedUser(sub)) {
    report(join(path, 'sub'), 'a sub that nobody ever had (OIDC Core §2)', 'that of a user who was deleted')
  }
  return undefined
}

/** A user's own password is never touched: a file sets one only at creation. */
export async function planUser(
  described: DescribedUser,
  before: Account | undefined,
  powers: { readonly passwords: { hash(password: string): Promise<string> }; readonly random: Pick<Random, 'secret'> },
): Promise<Step | undefined> {
  const action = { kind: 'user', id: described.login } as const
  if (before === undefined) {
    const account = await newAccount(described, powers)
    return {
      action: { ...action, action: 'created', members: [] },
      change: { kind: 'put_user', account, before: null },
    }
  }
  const account = merge(before, described)
  const members = difference(before, account)
  if (members.length === 0) return undefined
  return { action: { ...action, action: 'changed', members }, change: { kind: 'put_user', account, before } }
}

async function newAccount(
  described: DescribedUser,
  { passwords, random }: Parameters<typeof planUser>[2],
): Promise<Account> {
  const { login, sub, email, password, password_hash } = described
  const hash = password === undefined ? password_hash : await passwords.hash(password)
  return {
    sub: sub ?? random.secret(),
    login,
    ...(email === undefined ? {} : { email }),
    email_verified: described.email_verified ?? false,
    claims: described.claims ?? {},
    roles: described.roles ?? [],
    disabled: described.disabled ?? false,
    ...(hash === undefined ? {} : { password_hash: hash }),
  }
}

function merge(before: Account, described: DescribedUser): Account {
  const email = described.email ?? before.email
  // An address that nobody verified is not verified because the one before it was.
  const stillVerified = before.email_verified && email === before.email
  return {
    ...before,
    ...(email === undefined ? {} : { email }),
    email_verified: described.email_verified ?? stillVerified,
    claims: described.claims ?? before.claims,
    roles: described.roles ?? before.roles,
    disabled: described.disabled ?? before.disabled,
  }
}
