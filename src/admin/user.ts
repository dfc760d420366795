import * as z from 'zod'
import { isPasswordHash } from '../identity/argon2.ts'
import { minAppliedPasswordLength, passwordLengthFault } from '../identity/password-rules.ts'
import { maxPasswordBytes } from '../identity/passwords.ts'
import { flag, line, listOf, login } from './fields.ts'
import { readMembers } from './members.ts'
import { join, type Report } from './problem.ts'

const password = `a password of at least ${minAppliedPasswordLength} characters and at most ${maxPasswordBytes} bytes`
const hashed = 'a password hash as `grantwise export` writes it: $argon2id$v=19$m=…,t=…,p=…$salt$hash'
const email = 'an e-mail address'
const subject = '1 to 255 printable ASCII characters without spaces (OIDC Core §2)'

const members = {
  login,
  sub: z
    .string({ error: subject })
    .regex(/^[\x21-\x7e]{1,255}$/, { error: subject })
    .optional(),
  password: z
    .string({ error: password })
    .refine(text => passwordLengthFault(text, minAppliedPasswordLength) === undefined, { error: password })
    .optional(),
  password_hash: z.string({ error: hashed }).refine(isPasswordHash, { error: hashed }).optional(),
  email: z
    .string({ error: email })
    .regex(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, { error: email })
    .max(320, { error: email })
    .optional(),
  email_verified: flag.optional(),
  claims: z.record(z.string(), z.json(), { error: 'an object of claims' }).optional(),
  roles: listOf(line(64), 'roles').optional(),
  disabled: flag.optional(),
}

/** A user as a file describes one. What it leaves out stays as it is, or takes its default at creation. */
export interface DescribedUser {
  /** Normalised. */
  readonly login: string
  readonly sub: string | undefined
  readonly password: string | undefined
  readonly password_hash: string | undefined
  readonly email: string | undefined
  readonly email_verified: boolean | undefined
  readonly claims: Readonly<Record<string, unknown>> | undefined
  readonly roles: readonly string[] | undefined
  readonly disabled: boolean | undefined
}

/** Claims that this server states itself: a user's own must not stand in their place. */
const ownClaims = [
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti', 'nonce', 'auth_time', 'acr', 'amr', 'azp', 'sid'],
  ...['at_hash', 'c_hash', 's_hash', 'client_id', 'scope', 'cnf', 'act', 'may_act', 'email', 'email_verified'],
]

/** A user as the apply file describes one; nothing when any of it is wrong, which is then reported. */
export function readUser(value: unknown, path: string, report: Report): DescribedUser | undefined {
  const read = readMembers(members, value, path, report)
  if (read === undefined) return undefined
  const { given } = read
  if (read.has('password') && read.has('password_hash')) {
    report(join(path, 'password_hash'), 'either password or password_hash', 'both')
  }
  for (const claim of Object.keys(given.claims ?? {})) {
    if (!ownClaims.includes(claim)) continue
    const expected = claim.startsWith('email')
      ? `it beside claims, as ${claim} of the user`
      : 'no claim that this server states itself'
    report(join(path, 'claims', claim), expected, 'a value')
  }
  if (given.login === undefined) return undefined
  return {
    login: given.login,
    sub: given.sub,
    password: given.password,
    password_hash: given.password_hash,
    email: given.email,
    email_verified: given.email_verified,
    claims: given.claims,
    roles: given.roles,
    disabled: given.disabled,
  }
}
