import type { AuditFact, AuditQuery, AuditRecord } from '../../audit/record.ts'
import type { By } from '../../core/by.ts'
import { query, type Work } from '../work.ts'
import { optional } from './columns.ts'

const insert = query<{
  at: number
  event: string
  actor: string
  admin: string | null
  sub: string | null
  client_id: string | null
  address: string | null
  reference: string | null
  detail: string
}>(
  `INSERT INTO audit (at, event, actor, admin, sub, client_id, address, reference, detail)
   VALUES ($at, $event, $actor, $admin, $sub, $client_id, $address, $reference, $detail)`,
)

/** Records what happens, in the transaction in which it does. */
export function* record({ event, sub, client_id, detail }: AuditFact, by: By, now: number): Work<void> {
  yield* insert({
    at: now,
    event,
    actor: by.actor,
    admin: by.actor === 'user' && by.id !== undefined && by.id !== sub ? by.id : null,
    sub: sub ?? null,
    client_id: client_id ?? (by.actor === 'client' && by.id !== undefined ? by.id : null),
    address: by.address ?? null,
    reference: by.reference ?? null,
    detail: JSON.stringify(detail ?? {}),
  })
}

interface AuditRow {
  readonly id: number
  readonly at: number
  readonly event: string
  readonly actor: AuditRecord['by']['actor']
  readonly admin: string | null
  readonly sub: string | null
  readonly client_id: string | null
  readonly address: string | null
  readonly reference: string | null
  readonly detail: string
  readonly login: string | null
  readonly admin_login: string | null
}

type Between = { readonly after: number; readonly before: number; readonly limit: number }
type Narrowed = { readonly client_id: string | null; readonly event: string | null }

const rows = `SELECT a.id, a.at, a.event, a.actor, a.admin, a.sub, a.client_id, a.address, a.reference, a.detail,
    u.login, w.login AS admin_login
  FROM audit a LEFT JOIN users u ON u.sub = a.sub LEFT JOIN users w ON w.sub = a.admin`
const between = 'a.id > $after AND a.id < $before'
const narrowed = `(CAST($client_id AS TEXT) IS NULL OR a.client_id = $client_id)
  AND (CAST($event AS TEXT) IS NULL OR a.event = $event)`

/** One page, found by the narrowest index there is. */
function page(order: 'ASC' | 'DESC') {
  const rest = `ORDER BY id ${order} LIMIT $limit`
  return {
    ofUser: query<Between & Narrowed & { readonly sub: string }, AuditRow>(
      `${rows} WHERE a.sub = $sub AND ${between} AND ${narrowed}
       UNION ALL ${rows} WHERE a.admin = $sub AND ${between} AND ${narrowed} ${rest}`,
    ),
    ofClient: query<Between & { readonly client_id: string; readonly event: string | null }, AuditRow>(
      `${rows} WHERE a.client_id = $client_id AND ${between}
       AND (CAST($event AS TEXT) IS NULL OR a.event = $event) ${rest}`,
    ),
    ofEvent: query<Between & { readonly event: string }, AuditRow>(
      `${rows} WHERE a.event = $event AND ${between} ${rest}`,
    ),
    ofAll: query<Between, AuditRow>(`${rows} WHERE ${between} ${rest}`),
  }
}

const pages = { oldest: page('ASC'), newest: page('DESC') }

const firstSince = query<{ since: number }, { id: number }>(
  'SELECT id FROM audit WHERE at >= $since ORDER BY at, id LIMIT 1',
)

/** What happened, by user, client, event or time. */
export function* readAudit(asked: AuditQuery): Work<readonly AuditRecord[]> {
  const { sub, client_id, event, since, first, limit } = asked
  const [began] = since === undefined ? [{ id: 1 }] : yield* firstSince({ since })
  if (began === undefined) return []
  const after = Math.max(asked.after ?? 0, began.id - 1)
  const span = { after, before: asked.before ?? Number.MAX_SAFE_INTEGER, limit }
  const by = pages[first]
  if (sub !== undefined)
    return (yield* by.ofUser({ ...span, sub, client_id: client_id ?? null, event: event ?? null })).map(recordOf)
  if (client_id !== undefined) return (yield* by.ofClient({ ...span, client_id, event: event ?? null })).map(recordOf)
  if (event !== undefined) return (yield* by.ofEvent({ ...span, event })).map(recordOf)
  return (yield* by.ofAll(span)).map(recordOf)
}

function recordOf(row: AuditRow): AuditRecord {
  return {
    id: row.id,
    at: row.at,
    // Another version may have written one that this one does not know.
    event: row.event as AuditRecord['event'],
    ...optional('sub', row.sub),
    ...optional('login', row.login),
    ...optional('client_id', row.client_id),
    by: { ...actorOf(row), ...optional('address', row.address), ...optional('reference', row.reference) },
    detail: JSON.parse(row.detail) as AuditRecord['detail'],
  }
}

function actorOf({ actor, admin, admin_login, sub, login, client_id }: AuditRow): AuditRecord['by'] {
  if (actor === 'operator') return { actor }
  if (actor === 'client') return { actor, ...optional('id', client_id) }
  return admin === null
    ? { actor, ...optional('id', sub), ...optional('login', login) }
    : { actor, id: admin, ...optional('login', admin_login) }
}

const forget = query<{ sub: string }>('UPDATE audit SET address = NULL WHERE sub = $sub AND address IS NOT NULL')
const forgetAdmin = query<{ sub: string }>('UPDATE audit SET address = NULL WHERE admin = $sub AND address IS NOT NULL')

/** Forgets from where a user did what they did: all that is personal in their records. */
export function* forgetAddressesOf(sub: string): Work<void> {
  yield* forget({ sub })
  yield* forgetAdmin({ sub })
}
