import { isDeepStrictEqual } from 'node:util'
import { type AdminChange, ChangedMeanwhile, PageAnswered } from '../../admin/ports.ts'
import { describeChange } from '../../audit/change.ts'
import type { AuditFact } from '../../audit/record.ts'
import type { By } from '../../core/by.ts'
import type { Work } from '../work.ts'
import { record } from './audit.ts'
import { findClient, putClient } from './clients.ts'
import { deleteClient } from './delete-client.ts'
import { deleteNetworkPolicy, findNetworkPolicy, putNetworkPolicy } from './network-policy.ts'
import { answerParked } from './parked.ts'
import { deleteResourceServer, findResourceServer, putResourceServer } from './resource-servers.ts'
import { findAccountByLogin, findUser, putUser } from './users.ts'
import { bumpVersion } from './versions.ts'

/** Changes what is registered: all of it or nothing. */
export function* applyChanges(changes: readonly AdminChange[], now: number, by: By): Work<void> {
  yield* bumpVersion('registrations')
  for (const change of changes) {
    const before = yield* current(change)
    yield* verifyBefore(change, before)
    yield* applyChange(change, now)
    const fact = factOf(change, before)
    if (fact !== undefined) yield* record(fact, by, now)
  }
}

function* applyChange(change: AdminChange, now: number): Work<void> {
  switch (change.kind) {
    case 'put_client':
      return yield* putClient(change.client, now)
    case 'delete_client':
      return yield* deleteClient(change.client_id, now)
    case 'put_resource_server':
      return yield* putResourceServer(change.resourceServer, now)
    case 'delete_resource_server':
      return yield* deleteResourceServer(change.audience)
    case 'put_network_policy':
      return change.policy === null ? yield* deleteNetworkPolicy() : yield* putNetworkPolicy(change.policy)
    case 'put_user':
      return yield* putUser(change.account, now)
    case 'answer_page':
      if (!(yield* answerParked(change))) throw new PageAnswered('this page was submitted before')
  }
}

/** A decision on what was read a while ago, with passwords hashed in between, must not undo what was done since. */
function* verifyBefore(change: AdminChange, stored: object | undefined): Work<void> {
  if (!('before' in change) || change.before === undefined) return
  if (!isDeepStrictEqual(stored ?? null, change.before)) throw new ChangedMeanwhile(nameOf(change))
  if ((yield* namesake(change)) !== undefined) throw new ChangedMeanwhile(nameOf(change))
}

type Put = Extract<AdminChange, { before?: unknown }>

function* current(change: AdminChange): Work<object | undefined> {
  switch (change.kind) {
    case 'put_client':
      return yield* findClient(change.client.client_id)
    case 'delete_client':
      return yield* findClient(change.client_id)
    case 'put_resource_server':
      return yield* findResourceServer(change.resourceServer.audience)
    case 'delete_resource_server':
      return yield* findResourceServer(change.audience)
    case 'put_network_policy':
      return yield* findNetworkPolicy()
    case 'put_user':
      return yield* findAccountByLogin(change.account.login)
    case 'answer_page':
      return undefined
  }
}

/** What the audit trail says of a change; nothing of one that changed nothing. */
function factOf(change: AdminChange, before: object | undefined): AuditFact | undefined {
  const put = before === undefined ? 'created' : 'changed'
  switch (change.kind) {
    case 'put_client': {
      const { client } = change
      return { event: `client-${put}`, client_id: client.client_id, detail: describeChange(before, client) }
    }
    case 'delete_client':
      return (
        before && { event: 'client-deleted', client_id: change.client_id, detail: describeChange(before, undefined) }
      )
    case 'put_resource_server': {
      const { resourceServer } = change
      const detail = { audience: resourceServer.audience, ...describeChange(before, resourceServer) }
      return { event: `resource-server-${put}`, detail }
    }
    case 'delete_resource_server': {
      const { audience } = change
      return before && { event: 'resource-server-deleted', detail: { audience, ...describeChange(before, undefined) } }
    }
    case 'put_network_policy':
      return { event: 'network-policy-changed', detail: describeChange(before, change.policy ?? undefined) }
    case 'put_user':
      return { event: `user-${put}`, sub: change.account.sub, detail: describeChange(before, change.account) }
    case 'answer_page':
      return undefined
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
    case 'put_network_policy':
      return 'the network policy'
    case 'put_user':
      return `user ${change.account.login}`
  }
}
