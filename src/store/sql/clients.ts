import type { Client, ClientSecret } from '../../core/client.ts'
import { listing, query, type Work } from '../work.ts'
import { optional } from './columns.ts'
import { finishDeleting } from './delete-client.ts'
import { listedName } from './listed-name.ts'

/** A client, once for each of its secrets. */
interface ClientRow {
  readonly client_id: string
  readonly body: string
  readonly hash: string | null
  readonly created_at: number | null
  readonly expires_at: number | null
}

const columns = `c.client_id, c.body, s.hash, s.created_at, s.expires_at
  FROM clients c LEFT JOIN client_secrets s ON s.client_id = c.client_id`

const find = query<{ client_id: string }, ClientRow>(
  `SELECT ${columns} WHERE c.client_id = $client_id AND c.deleted_at IS NULL ORDER BY s.created_at, s.hash`,
)

export function* findClient(client_id: string): Work<Client | undefined> {
  return clientsOf(yield* find({ client_id }))[0]
}

const all = listing<ClientRow>(
  `SELECT ${columns} WHERE c.deleted_at IS NULL ORDER BY c.client_id, s.created_at, s.hash`,
)

export function* allClients(): Work<readonly Client[]> {
  return clientsOf(yield* all())
}

function clientsOf(rows: readonly ClientRow[]): readonly Client[] {
  const byId = Map.groupBy(rows, row => row.client_id)
  return [...byId.values()].map(group => ({
    ...(JSON.parse(group[0]?.body ?? '') as Omit<Client, 'secrets'>),
    secrets: group.flatMap(secretOf),
  }))
}

function secretOf({ hash, created_at, expires_at }: ClientRow): ClientSecret[] {
  if (hash === null || created_at === null) return []
  return [{ hash, created_at, ...optional('expires_at', expires_at) }]
}

const upsert = query<{ client_id: string; name: string; body: string; now: number }>(
  `INSERT INTO clients (client_id, name, body, updated_at) VALUES ($client_id, $name, $body, $now)
   ON CONFLICT (client_id) DO UPDATE
     SET name = excluded.name, body = excluded.body, updated_at = excluded.updated_at`,
)
const removeSecrets = query<{ client_id: string }>('DELETE FROM client_secrets WHERE client_id = $client_id')
const insertSecret = query<{ client_id: string; hash: string; created_at: number; expires_at: number | null }>(
  `INSERT INTO client_secrets (client_id, hash, created_at, expires_at)
   VALUES ($client_id, $hash, $created_at, $expires_at)`,
)
const removeOrigins = query<{ client_id: string }>('DELETE FROM web_origins WHERE client_id = $client_id')
const insertOrigin = query<{ client_id: string; origin: string }>(
  `INSERT INTO web_origins (origin, client_id) VALUES ($origin, $client_id)
   ON CONFLICT (origin, client_id) DO NOTHING`,
)

const removeOwners = query<{ client_id: string }>('DELETE FROM client_owners WHERE client_id = $client_id')
const insertOwner = query<{ login: string; name: string; client_id: string }>(
  `INSERT INTO client_owners (login, name, client_id) VALUES ($login, $name, $client_id)
   ON CONFLICT (login, name, client_id) DO NOTHING`,
)

/** Registers a client, or replaces its registration; what it was granted stays. */
export function* putClient({ secrets, ...client }: Client, now: number): Work<void> {
  const { client_id } = client
  yield* finishDeleting(client_id)
  const name = listedName(client)
  yield* upsert({ client_id, name, body: JSON.stringify(client), now })
  yield* removeSecrets({ client_id })
  for (const { hash, created_at, expires_at } of secrets) {
    yield* insertSecret({ client_id, hash, created_at, expires_at: expires_at ?? null })
  }
  yield* removeOrigins({ client_id })
  for (const origin of client.grantwise.web_origins) yield* insertOrigin({ client_id, origin })
  yield* removeOwners({ client_id })
  for (const login of client.grantwise.owners) yield* insertOwner({ login, name, client_id })
}

const findOrigin = query<{ origin: string }, { origin: string }>(
  'SELECT origin FROM web_origins WHERE origin = $origin LIMIT 1',
)

export function* isWebOrigin(origin: string): Work<boolean> {
  return (yield* findOrigin({ origin })).length === 1
}
