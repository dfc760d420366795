import type { User } from '../../core/user.ts'
import type { Account } from '../../identity/ports.ts'
import { listing, query, type Work } from '../work.ts'
import { flag, optional } from './columns.ts'

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
  disabled: number
  now: number
}>(
  `INSERT INTO users (sub, login, email, email_verified, password_hash, claims, roles, disabled, updated_at)
   VALUES ($sub, $login, $email, $email_verified, $password_hash, $claims, $roles, $disabled, $now)
   ON CONFLICT (sub) DO UPDATE SET login = excluded.login, email = excluded.email,
     email_verified = excluded.email_verified, password_hash = excluded.password_hash, claims = excluded.claims,
     roles = excluded.roles, disabled = excluded.disabled, updated_at = excluded.updated_at`,
)

/** Stores an account as it is given, password hash included. @throws when another user has the login. */
export function* putUser(account: Account, now: number): Work<void> {
  yield* upsert({
    sub: account.sub,
    login: account.login,
    email: account.email ?? null,
    email_verified: flag(account.email_verified),
    password_hash: account.password_hash ?? null,
    claims: JSON.stringify(account.claims),
    roles: JSON.stringify(account.roles),
    disabled: flag(account.disabled),
    now,
  })
}
