import { query, type Work } from '../work.ts'

const find = query<{ sub: string; client_id: string; audience: string }, { scope: string }>(
  `SELECT scope FROM consents WHERE client_id = $client_id AND sub = $sub AND audience = $audience ORDER BY scope`,
)

export function* findConsent(sub: string, client_id: string, audience: string): Work<readonly string[]> {
  return (yield* find({ sub, client_id, audience })).map(row => row.scope)
}

const insert = query<{ sub: string; client_id: string; audience: string; scope: string; now: number }>(
  `INSERT INTO consents (client_id, sub, audience, scope, granted_at)
   VALUES ($client_id, $sub, $audience, $scope, $now) ON CONFLICT (client_id, sub, audience, scope) DO NOTHING`,
)

/** Adds to what the user has let the client have; a row per scope, so that two consents at once add up. */
export function* addConsent({ sub, client_id, audience, scope }: Consent, now: number): Work<void> {
  for (const one of scope) yield* insert({ sub, client_id, audience, scope: one, now })
}

interface Consent {
  readonly sub: string
  readonly client_id: string
  readonly audience: string
  readonly scope: readonly string[]
}

const removeOfApp = query<{ sub: string; client_id: string }, { scope: string }>(
  'DELETE FROM consents WHERE sub = $sub AND client_id = $client_id RETURNING scope',
)

/** The next request of this client asks the user again; the scopes that had been consented to. */
export function* removeConsentsOfApp(sub: string, client_id: string): Work<readonly string[]> {
  return (yield* removeOfApp({ sub, client_id })).map(row => row.scope)
}

const removeOfUser = query<{ sub: string }>('DELETE FROM consents WHERE sub = $sub')

export function* removeConsentsOfUser(sub: string): Work<void> {
  yield* removeOfUser({ sub })
}
