import type { Clock, Hash, Random } from '../core/ports.ts'
import { hashMinted, hashToken, mintToken } from '../core/token-hash.ts'
import { describeAccount, type FormFault, loginTaken, type NewPerson, refuse } from './new-account.ts'
import type { AccountStore, IdentityStore } from './ports.ts'
import { beginSession, type SignedIn } from './sign-in.ts'
import type { SignUpPowers, Visitor } from './sign-up.ts'

/** Seconds in which the first admin must be made; another start prints another link. */
const setUpLinkLifetime = 3600

/** The secret of a new set-up link, which is the only one then; nothing when there is an admin. */
export async function createSetUpLink({
  store,
  clock,
  random,
  hash,
}: {
  readonly store: Pick<AccountStore, 'putSetUpLink' | 'hasAdmin'>
  readonly clock: Clock
  readonly random: Random
  readonly hash: Hash
}): Promise<string | undefined> {
  // Asked first, so that an ordinary start writes nothing.
  if (await store.hasAdmin()) return undefined
  const token = mintToken(random)
  const put = await store.putSetUpLink(hashMinted(token, hash), clock.now() + setUpLinkLifetime)
  return put ? token : undefined
}

export type SetUpPowers = Omit<SignUpPowers, 'store' | 'limit' | 'isOwner'> & {
  readonly store: Pick<AccountStore, 'hasAdmin' | 'setUpLinkExpiry' | 'addFirstAdmin'> &
    Pick<IdentityStore, 'startSession'>
}

/** Makes the first admin for whoever holds the set-up link, once, and signs them in. */
export async function setUp(
  sent: string,
  person: NewPerson,
  visitor: Visitor,
  powers: SetUpPowers,
): Promise<SignedIn | FormFault> {
  const { store, check, clock, hash, passwords } = powers
  const link = hashToken(sent, hash)
  // Before anything else: a stranger costs no password's hash and learns nothing.
  const expires_at = link && (await store.setUpLinkExpiry(link))
  if (link === undefined || expires_at === undefined || expires_at <= clock.now()) return linkInvalid(powers)
  const described = await describeAccount(person, ['admin'], powers)
  if ('kind' in described) return described
  const account = { ...described, password_hash: await passwords.hash(person.password) }
  const added = await store.addFirstAdmin(account, link, clock.now(), check.by('user', account.sub))
  if (added === 'login-taken') return loginTaken(check)
  if (added === 'refused') return linkInvalid(powers)
  check.passed('set-up-link-invalid')
  return (await beginSession(account, visitor, powers)) ?? linkInvalid(powers)
}

function linkInvalid({ check }: Pick<SetUpPowers, 'check'>): FormFault {
  return refuse(check, {
    field: 'token',
    fault: 'wrong',
    reason: 'set-up-link-invalid',
    sentence: 'this set-up link cannot be used',
  })
}
