import type { AdminChange } from '../../admin/ports.ts'
import type { Work } from '../work.ts'
import { deleteClient, putClient } from './clients.ts'
import { deleteResourceServer, putResourceServer } from './resource-servers.ts'
import { putUser } from './users.ts'
import { bumpVersion } from './versions.ts'

/** Changes what is registered: all of it or nothing. */
export function* applyChanges(changes: readonly AdminChange[], now: number): Work<void> {
  yield* bumpVersion('registrations')
  for (const change of changes) yield* applyChange(change, now)
}

function applyChange(change: AdminChange, now: number): Work<void> {
  switch (change.kind) {
    case 'put_client':
      return putClient(change.client, now)
    case 'delete_client':
      return deleteClient(change.client_id)
    case 'put_resource_server':
      return putResourceServer(change.resourceServer, now)
    case 'delete_resource_server':
      return deleteResourceServer(change.audience)
    case 'put_user':
      return putUser(change.account, now)
  }
}
