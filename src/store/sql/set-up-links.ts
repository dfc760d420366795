import type { By } from '../../core/by.ts'
import type { TokenHash } from '../../core/token-hash.ts'
import type { Account } from '../../identity/ports.ts'
import { listing, query, Undo, type Work } from '../work.ts'
import { addUser, hasAdmin } from './users.ts'

const removeAll = listing<never>('DELETE FROM set_up_links')
const insert = query<{ id: string; hash: string; expires_at: number }>(
  'INSERT INTO set_up_links (id, hash, expires_at) VALUES ($id, $hash, $expires_at)',
)

/** Makes this the one set-up link there is; false, with none left, when there is an admin. */
export function* putSetUpLink({ id, hash }: TokenHash, expires_at: number): Work<boolean> {
  yield* removeAll()
  if (yield* hasAdmin()) return false
  yield* insert({ id, hash, expires_at })
  return true
}

const find = query<{ id: string; hash: string }, { expires_at: number }>(
  'SELECT expires_at FROM set_up_links WHERE id = $id AND hash = $hash',
)

/** When a set-up link ends; nothing when it is none, or was used. */
export function* setUpLinkExpiry({ id, hash }: TokenHash): Work<number | undefined> {
  const [row] = yield* find({ id, hash })
  return row?.expires_at
}

const spend = query<{ id: string; hash: string; now: number }, { id: string }>(
  'DELETE FROM set_up_links WHERE id = $id AND hash = $hash AND expires_at > $now RETURNING id',
)

/** Spends a set-up link for the first admin, once; what is in the way leaves it unspent. */
export function* addFirstAdmin(
  account: Account,
  link: TokenHash,
  now: number,
  by: By,
): Work<'added' | 'login-taken' | 'refused'> {
  const spent = yield* spend({ id: link.id, hash: link.hash, now })
  if (spent.length === 0 || (yield* hasAdmin())) throw new Undo<'refused'>('refused')
  if (!(yield* addUser(account, now, by, 'set-up'))) throw new Undo<'login-taken'>('login-taken')
  return 'added'
}
