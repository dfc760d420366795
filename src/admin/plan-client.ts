import type { Client } from '../core/client.ts'
import type { ResourceServer } from '../core/resource-server.ts'
import { difference } from './difference.ts'
import type { Step } from './plan.ts'

/** What a file changes about a client. A replaced secret works for another day, and the summary says so. */
export function planClient(client: Client, before: Client | undefined): Step | undefined {
  const change = { kind: 'put_client', client, before: before ?? null } as const
  const action = { kind: 'client', id: client.client_id } as const
  if (before === undefined) return { action: { ...action, action: 'created', members: [] }, change }
  const members = difference(before, client).map(member => (member === 'secrets' ? 'client_secret' : member))
  if (members.length === 0) return undefined
  return { action: { ...action, action: 'changed', members, ...noteOfRotation(client, before) }, change }
}

function noteOfRotation({ secrets }: Client, before: Client): { readonly note?: string } {
  const retiring = secrets.find(
    secret =>
      secret.expires_at !== undefined &&
      before.secrets.some(it => it.hash === secret.hash && it.expires_at === undefined),
  )
  if (retiring?.expires_at === undefined) return {}
  const until = new Date(retiring.expires_at * 1000).toISOString()
  return { note: `the secret before works until ${until}` }
}

export function planResourceServer(
  resourceServer: ResourceServer,
  before: ResourceServer | undefined,
): Step | undefined {
  const change = { kind: 'put_resource_server', resourceServer, before: before ?? null } as const
  const action = { kind: 'resource_server', id: resourceServer.audience } as const
  if (before === undefined) return { action: { ...action, action: 'created', members: [] }, change }
  const members = difference(before, resourceServer)
  return members.length === 0 ? undefined : { action: { ...action, action: 'changed', members }, change }
}

export function pruneClient({ client_id }: Client): Step {
  const note = 'with its consents and tokens'
  return {
    action: { kind: 'client', id: client_id, action: 'deleted', members: [], note },
    change: { kind: 'delete_client', client_id },
  }
}

export function pruneResourceServer({ audience }: ResourceServer): Step {
  return {
    action: { kind: 'resource_server', id: audience, action: 'deleted', members: [] },
    change: { kind: 'delete_resource_server', audience },
  }
}
