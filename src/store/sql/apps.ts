import type { By } from '../../core/by.ts'
import type { ReasonId } from '../../core/reasons.ts'
import type { AppPart, ConnectedApp } from '../../identity/ports.ts'
import { query, type Work } from '../work.ts'
import { record } from './audit.ts'
import { wordsOf } from './columns.ts'
import { removeConsentsOfApp } from './consents.ts'
import { revokeFamiliesOfApp } from './families.ts'

const clients = query<{ sub: string; after: string; now: number; limit: number }, { client_id: string }>(
  `SELECT f.client_id AS client_id FROM families f JOIN clients c ON c.client_id = f.client_id
     WHERE f.sub = $sub AND f.client_id > $after AND f.revoked_at IS NULL AND f.expires_at > $now
       AND c.deleted_at IS NULL
   UNION SELECT s.client_id AS client_id FROM consents s JOIN clients c ON c.client_id = s.client_id
     WHERE s.sub = $sub AND s.client_id > $after AND c.deleted_at IS NULL
   ORDER BY client_id LIMIT $limit`,
)

interface Grant {
  readonly audience: string | null
  readonly scope: string
  readonly since: number
  readonly last_used_at: number | null
}

const families = query<{ sub: string; client_id: string; now: number; limit: number }, Grant>(
  `SELECT audience, scope, created_at AS since, last_used_at FROM families
   WHERE sub = $sub AND client_id = $client_id AND revoked_at IS NULL AND expires_at > $now
   ORDER BY id DESC LIMIT $limit`,
)

const consents = query<{ sub: string; client_id: string; limit: number }, Grant>(
  `SELECT audience, scope, granted_at AS since, NULL AS last_used_at FROM consents
   WHERE sub = $sub AND client_id = $client_id ORDER BY audience, scope LIMIT $limit`,
)

/** Of one app as many authorizations and consents are read; together they name far more scopes than a page can show. */
const mostGrants = 200

/** The apps that may act for a user, or were allowed to, by client_id from behind this one on. */
export function* appsOfUser(sub: string, after: string, now: number, limit: number): Work<readonly ConnectedApp[]> {
  const apps: ConnectedApp[] = []
  for (const { client_id } of yield* clients({ sub, after, now, limit })) {
    const living = yield* families({ sub, client_id, now, limit: mostGrants })
    const agreed = yield* consents({ sub, client_id, limit: mostGrants })
    apps.push(summarise(client_id, [...agreed, ...living]))
  }
  return apps
}

function summarise(client_id: string, grants: readonly Grant[]): ConnectedApp {
  const uses = grants.flatMap(({ last_used_at }) => last_used_at ?? [])
  return {
    client_id,
    parts: partsOf(grants),
    since: Math.min(...grants.map(({ since }) => since)),
    ...(uses.length === 0 ? {} : { last_used_at: Math.max(...uses) }),
  }
}

function partsOf(grants: readonly Grant[]): readonly AppPart[] {
  const scopes = new Map<string, Set<string>>()
  for (const { audience, scope } of grants) {
    const known = scopes.get(audience ?? '') ?? new Set()
    for (const word of wordsOf(scope)) known.add(word)
    scopes.set(audience ?? '', known)
  }
  return [...scopes].map(([audience, scope]) => ({ audience, scope: [...scope] }))
}

/** Ends everything a user has let one app do, and forgets that they did. */
export function* disconnectApp(sub: string, client_id: string, why: ReasonId, now: number, by: By): Work<void> {
  const authorizations = yield* revokeFamiliesOfApp(sub, client_id, why, now)
  const scope = yield* removeConsentsOfApp(sub, client_id)
  if (authorizations + scope.length === 0) return
  const detail = { scope: [...new Set(scope)], authorizations }
  yield* record({ event: 'consent-withdrawn', sub, client_id, detail }, by, now)
}
