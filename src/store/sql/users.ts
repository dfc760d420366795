import { describeChange } from '../../audit/change.ts'
import type { By } from '../../core/by.ts'
import type { User } from '../../core/user.ts'
import type { Account, PasswordChange } from '../../identity/ports.ts'
import { listing, query, type Work } from '../work.ts'
import { forgetAddressesOf, record } from './audit.ts'
import { flag, optional } from './columns.ts'
import { removeConsentsOfUser } from './consents.ts'
import { removeFamiliesOfUser, revokeFamiliesOfUser } from './families.ts'
import { type Ended, removeOtherSessions } from './sessions.ts'

interface UserRow {
  readonly sub: string
  readonly login: string
  readonly email: string | null
  readonly email_verified: number
  readonly claims: string
  readonly roles: string
  readonly disabled: number
}

interface AccountRow extends UserRow {
  readonly password_hash: string | null
}

const columns = 'sub, login, email, email_verified, claims, roles, disabled'

const find = query<{ sub: string }, UserRow>(`SELECT ${columns} FROM users WHERE sub = $sub`)

export function* findUser(sub: string): Work<User | undefined> {
  const [row] = yield* find({ sub })
  return row && userOf(row)
}

const findByLogin = query<{ login: string }, AccountRow>(
  `SELECT ${columns}, password_hash FROM users WHERE login = $login`,
)

export function* findAccountByLogin(login: string): Work<Account | undefined> {
  const [row] = yield* findByLogin({ login })
  return row && accountOf(row)
}

const all = listing<AccountRow>(`SELECT ${columns}, password_hash FROM users ORDER BY login`)

export function* allAccounts(): Work<readonly Account[]> {
  return (yield* all()).map(accountOf)
}

function userOf(row: UserRow): User {
  return {
    sub: row.sub,
    login: row.login,
    ...optional('email', row.email),
    email_verified: row.email_verified === 1,
    claims: JSON.parse(row.claims) as User['claims'],
    roles: JSON.parse(row.roles) as User['roles'],
    disabled: row.disabled === 1,
  }
}

function accountOf(row: AccountRow): Account {
  return { ...userOf(row), ...optional('password_hash', row.password_hash) }
}

const upsert = query<{
  sub: string
  login: string
  email: string | null
  email_verified: number
  password_hash: string | null
  claims: string
  roles: string
  admin: number
  disabled: number
  now: number
}>(
  `INSERT INTO users (sub, login, email, email_verified, password_hash, claims, roles, admin, disabled, updated_at)
   VALUES ($sub, $login, $email, $email_verified, $password_hash, $claims, $roles, $admin, $disabled, $now)
   ON CONFLICT (sub) DO UPDATE SET login = excluded.login, email = excluded.email,
     email_verified = excluded.email_verified, password_hash = excluded.password_hash, claims = excluded.claims,
     roles = excluded.roles, admin = excluded.admin, disabled = excluded.disabled, updated_at = excluded.updated_at`,
)

/**
 * Stores an account as it is given, password hash included; one that is disabled has its sessions and families ended.
 * @throws when another user has the login, or the sub was that of a user who was deleted.
 */
export function* putUser(account: Account, now: number): Work<void> {
  if (yield* isDeletedUser(account.sub)) throw new Error(`the sub ${account.sub} was that of a user who was deleted`)
  yield* upsert({
    sub: account.sub,
    login: account.login,
    email: account.email ?? null,
    email_verified: flag(account.email_verified),
    password_hash: account.password_hash ?? null,
    claims: JSON.stringify(account.claims),
    roles: JSON.stringify(account.roles),
    admin: flag(account.roles.includes('admin')),
    disabled: flag(account.disabled),
    now,
  })
  if (account.disabled) yield* endEverythingOf(account.sub, now)
}

/** What a user who is disabled had under way: sessions and what was authorized in them or before. */
function* endEverythingOf(sub: string, now: number): Work<Ended> {
  const { sessions, authorizations } = yield* removeOtherSessions(sub, '', 'user-disabled', now)
  return { sessions, authorizations: authorizations + (yield* revokeFamiliesOfUser(sub, 'user-disabled', now)) }
}

const deleted = query<{ sub: string }, { sub: string }>('SELECT sub FROM deleted_users WHERE sub = $sub')

export function* isDeletedUser(sub: string): Work<boolean> {
  return (yield* deleted({ sub })).length > 0
}

/** Adds somebody new, as an `event` of its kind; false when the login is taken. */
export function* addUser(
  account: Account,
  now: number,
  by: By,
  event: 'user-created' | 'signed-up' | 'set-up' = by.actor === 'user' ? 'signed-up' : 'user-created',
): Work<boolean> {
  if ((yield* findAccountByLogin(account.login)) !== undefined) return false
  yield* putUser(account, now)
  yield* record({ event, sub: account.sub, detail: describeChange(undefined, account) }, by, now)
  return true
}

const page = query<{ after: string; limit: number }, UserRow>(
  `SELECT ${columns} FROM users WHERE login > $after ORDER BY login LIMIT $limit`,
)

/** Users by login, from behind this one on. */
export function* usersAfter(after: string, limit: number): Work<readonly User[]> {
  return (yield* page({ after, limit })).map(userOf)
}

const anAdmin = query<Record<string, never>, { sub: string }>('SELECT sub FROM users WHERE admin = 1 LIMIT 1')

export function* hasAdmin(): Work<boolean> {
  return (yield* anAdmin({})).length > 0
}

const setDisabled = query<{ login: string; disabled: number; now: number }, { sub: string }>(
  'UPDATE users SET disabled = $disabled, updated_at = $now WHERE login = $login RETURNING sub',
)

/** Disables a user, which ends everything of theirs, or lets them in again; false when nobody has the login. */
export function* disableUser(login: string, disabled: boolean, now: number, by: By): Work<boolean> {
  const [user] = yield* setDisabled({ login, disabled: flag(disabled), now })
  if (user === undefined) return false
  const { sub } = user
  if (disabled) {
    yield* record({ event: 'user-disabled', sub, detail: { ...(yield* endEverythingOf(sub, now)) } }, by, now)
  } else yield* record({ event: 'user-enabled', sub }, by, now)
  return true
}

const setPassword = query<{ sub: string; from: string | null; to: string; now: number }, { sub: string }>(
  `UPDATE users SET password_hash = $to, updated_at = $now
   WHERE sub = $sub AND (CAST($from AS TEXT) IS NULL OR (password_hash = $from AND disabled = 0)) RETURNING sub`,
)

/**
 * Gives a user another password and ends their sessions with what lives in them; what was granted `offline_access`
 * stays. With `from`, only if that is still the hash; false otherwise.
 */
export function* changePassword({ sub, from, to, keep = '' }: PasswordChange, now: number, by: By): Work<boolean> {
  const changed = yield* setPassword({ sub, from: from ?? null, to, now })
  if (changed.length === 0) return false
  const ended = yield* removeOtherSessions(sub, keep, 'password-changed', now)
  yield* record({ event: 'password-changed', sub, detail: { ...ended } }, by, now)
  return true
}

const renew = query<{ sub: string; from: string; to: string }, { sub: string }>(
  'UPDATE users SET password_hash = $to WHERE sub = $sub AND password_hash = $from RETURNING sub',
)

/** Another hash of the same password, if nobody changed it meanwhile. */
export function* renewPasswordHash(sub: string, from: string, to: string): Work<boolean> {
  return (yield* renew({ sub, from, to })).length > 0
}

const remove = query<{ sub: string }>('DELETE FROM users WHERE sub = $sub')
const bury = query<{ sub: string; now: number }>(
  'INSERT INTO deleted_users (sub, deleted_at) VALUES ($sub, $now) ON CONFLICT (sub) DO NOTHING',
)

/**
 * Forgets a user and everything of theirs but the bare `sub`, which nobody gets again, and what was done under it;
 * false when nobody has the login.
 */
export function* deleteUser(login: string, now: number, by: By): Work<boolean> {
  const account = yield* findAccountByLogin(login)
  if (account === undefined) return false
  const { sub } = account
  const { sessions } = yield* removeOtherSessions(sub, '', 'user-gone', now)
  const authorizations = yield* removeFamiliesOfUser(sub)
  yield* removeConsentsOfUser(sub)
  yield* remove({ sub })
  yield* bury({ sub, now })
  yield* forgetAddressesOf(sub)
  yield* record({ event: 'user-deleted', sub, detail: { sessions, authorizations } }, by, now)
  return true
}
