import type { ResourceServer } from '../../core/resource-server.ts'
import { listing, query, type Work } from '../work.ts'

interface ResourceServerRow {
  readonly body: string
}

const find = query<{ audience: string }, ResourceServerRow>(
  'SELECT body FROM resource_servers WHERE audience = $audience',
)

export function* findResourceServer(audience: string): Work<ResourceServer | undefined> {
  const [row] = yield* find({ audience })
  return row && resourceServerOf(row)
}

const all = listing<ResourceServerRow>('SELECT body FROM resource_servers ORDER BY audience')

export function* allResourceServers(): Work<readonly ResourceServer[]> {
  return (yield* all()).map(resourceServerOf)
}

function resourceServerOf(row: ResourceServerRow): ResourceServer {
  return JSON.parse(row.body) as ResourceServer
}

const upsert = query<{ audience: string; body: string; now: number }>(
  `INSERT INTO resource_servers (audience, body, updated_at) VALUES ($audience, $body, $now)
   ON CONFLICT (audience) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at`,
)

export function* putResourceServer(resourceServer: ResourceServer, now: number): Work<void> {
  yield* upsert({ audience: resourceServer.audience, body: JSON.stringify(resourceServer), now })
}

const remove = query<{ audience: string }>('DELETE FROM resource_servers WHERE audience = $audience')

export function* deleteResourceServer(audience: string): Work<void> {
  yield* remove({ audience })
}
