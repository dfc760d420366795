import type { ClientPage, ClientQuery, ListedClient } from '../../admin/ports.ts'
import type { Client } from '../../core/client.ts'
import { query, type Work } from '../work.ts'
import { optional } from './columns.ts'

type Page = { readonly name: string; readonly client_id: string; readonly like: string; readonly limit: number }

interface ListedRow {
  readonly client_id: string
  readonly name: string
  readonly body: string
  readonly last_used_at: number | null
}

const columns = 'c.client_id, c.name, c.body, u.last_used_at'
/** By what the index has, so that nothing else is read of what is not meant. */
const like = (listed: string) =>
  `(${listed}.name LIKE $like ESCAPE '\\' OR lower(${listed}.client_id) LIKE $like ESCAPE '\\')`

const ofAll = query<Page, ListedRow>(
  `SELECT ${columns} FROM clients c LEFT JOIN client_uses u ON u.client_id = c.client_id
   WHERE (c.name, c.client_id) > ($name, $client_id) AND c.deleted_at IS NULL AND ${like('c')}
   ORDER BY c.name, c.client_id LIMIT $limit`,
)

const ofOwner = query<Page & { readonly login: string }, ListedRow>(
  `SELECT ${columns} FROM client_owners o JOIN clients c ON c.client_id = o.client_id
     LEFT JOIN client_uses u ON u.client_id = c.client_id
   WHERE o.login = $login AND (o.name, o.client_id) > ($name, $client_id) AND ${like('o')} AND c.deleted_at IS NULL
   ORDER BY o.name, o.client_id LIMIT $limit`,
)

/** One page of everybody's clients or of one owner's, by name. */
export function* listClients({ owner, q, after, limit }: ClientQuery): Work<ClientPage> {
  const asked = {
    name: after?.name ?? '',
    client_id: after?.client_id ?? '',
    like: `%${q.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`,
    limit: limit + 1,
  }
  const rows = owner === undefined ? yield* ofAll(asked) : yield* ofOwner({ ...asked, login: owner })
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return {
    clients: rows.slice(0, limit).map(listedOf),
    next: last && { name: last.name, client_id: last.client_id },
  }
}

function listedOf({ body, last_used_at }: ListedRow): ListedClient {
  return { ...(JSON.parse(body) as Omit<Client, 'secrets'>), ...optional('last_used_at', last_used_at) }
}

const anyOf = query<{ login: string }, { client_id: string }>(
  'SELECT client_id FROM client_owners WHERE login = $login LIMIT 1',
)

/** Whether any client names this login among its owners. */
export function* ownsAny(login: string): Work<boolean> {
  return (yield* anyOf({ login })).length === 1
}
