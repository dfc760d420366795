import { isDeepStrictEqual } from 'node:util'
import { type AdminChange, ChangedMeanwhile, PageAnswered } from '../../admin/ports.ts'
import type { Work } from '../work.ts'
import { deleteClient, findClient, putClient } from './clients.ts'
import { answerParked } from './parked.ts'
import { deleteResourceServer, findResourceServer, putResourceServer } from './resource-servers.ts'
import { findAccountByLogin, findUser, putUser } from './users.ts'
import { bumpVersion } from './versions.ts'

/** Changes what is registered: all of it or nothing. */
export function* applyChanges(changes: readonly AdminChange[], now: number): Work<void> {
  yield* bumpVersion('registrations')
  for (const change of changes) yield* applyChange(change, now)
}

function* applyChange(change: AdminChange, now: number): Work<void> {
  yield* verifyBefore(change)
  switch (change.kind) {
    case 'put_client':
      return yield* putClient(change.client, now)
    case 'delete_client':
      return yield* deleteClient(change.client_id, now)
    case 'put_resource_server':
      return yield* putResourceServer(change.resourceServer, now)
    case 'delete_resource_server':
      return yield* deleteResourceServer(change.audience)
    case 'put_user':
      return yield* putUser(change.account, now)
    case 'answer_page':
      if (!(yield* answerParked(change))) throw new PageAnswered('this page was submitted before')
  }
}

/** A decision on what was read a while ago, with passwords hashed in between, must not undo what was done since. */
function* verifyBefore(change: AdminChange): Work<void> {
  if (!('before' in change) || change.before === undefined) return
  const stored = (yield* current(change)) ?? null
  if (!isDeepStrictEqual(stored, change.before)) throw new ChangedMeanwhile(nameOf(change))
  if ((yield* namesake(change)) !== undefined) throw new ChangedMeanwhile(nameOf(change))
}

type Put = Extract<AdminChange, { before?: unknown }>

function current(change: Put): Work<object | undefined> {
  switch (change.kind) {
    case 'put_client':
      return findClient(change.client.client_id)
    case 'put_resource_server':
      return findResourceServer(change.resourceServer.audience)
    case 'put_user':
      return findAccountByLogin(change.account.login)
  }
}

/** A client by the name of a user's `sub`, or the reverse (RFC 9068 §5): it was not there when this was decided. */
function* namesake(change: Put): Work<object | undefined> {
  if (change.kind === 'put_client') return yield* findUser(change.client.client_id)
  if (change.kind === 'put_user') return yield* findClient(change.account.sub)
  return undefined
}

function nameOf(change: Put): string {
  switch (change.kind) {
    case 'put_client':
      return `client ${change.client.client_id}`
    case 'put_resource_server':
      return `resource server ${change.resourceServer.audience}`
    case 'put_user':
      return `user ${change.account.login}`
  }
}
