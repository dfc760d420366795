import { query, type Work } from '../work.ts'

const removeFamilies = query<{ client_id: string; limit: number }, { id: string }>(
  `DELETE FROM families WHERE id IN (SELECT id FROM families WHERE client_id = $client_id LIMIT $limit) RETURNING id`,
)
const removeOwnAccessTokens = query<{ client_id: string; limit: number }, { id: string }>(
  `DELETE FROM access_tokens WHERE id IN
     (SELECT id FROM access_tokens WHERE client_id = $client_id AND family_id IS NULL LIMIT $limit)
   RETURNING id`,
)
const removeDeviceCodes = query<{ client_id: string; limit: number }, { id: string }>(
  `DELETE FROM device_codes WHERE id IN (SELECT id FROM device_codes WHERE client_id = $client_id LIMIT $limit)
   RETURNING id`,
)
const removeConsents = query<{ client_id: string; limit: number }, { sub: string }>(
  `DELETE FROM consents WHERE (client_id, sub, audience, scope) IN
     (SELECT client_id, sub, audience, scope FROM consents WHERE client_id = $client_id LIMIT $limit)
   RETURNING sub`,
)
const remove = query<{ client_id: string }>('DELETE FROM clients WHERE client_id = $client_id')

/** Of each kind that a client was granted, at most `limit`; the client itself when nothing is left. What was removed. */
function* removeSome(client_id: string, limit: number): Work<{ readonly removed: number; readonly gone: boolean }> {
  const removed: number[] = []
  for (const some of [removeFamilies, removeOwnAccessTokens, removeDeviceCodes, removeConsents]) {
    const rows = yield* some({ client_id, limit })
    removed.push(rows.length)
  }
  const gone = removed.every(count => count < limit)
  if (gone) yield* remove({ client_id })
  return { removed: removed.reduce((sum, count) => sum + count), gone }
}

/** Rows of each kind that a request waits for: some twenty milliseconds. */
const atOnce = 1000

const mark = query<{ client_id: string; now: number }>(
  'UPDATE clients SET deleted_at = $now WHERE client_id = $client_id',
)
const removeSecrets = query<{ client_id: string }>('DELETE FROM client_secrets WHERE client_id = $client_id')
const removeOrigins = query<{ client_id: string }>('DELETE FROM web_origins WHERE client_id = $client_id')
const removeOwners = query<{ client_id: string }>('DELETE FROM client_owners WHERE client_id = $client_id')
const remember = query<{ client_id: string; now: number }>(
  `INSERT INTO deleted_clients (client_id, deleted_at) VALUES ($client_id, $now)
   ON CONFLICT (client_id) DO UPDATE SET deleted_at = excluded.deleted_at`,
)

/**
 * Ends a client and everything that it was granted, its JWTs too, should the name be registered again. Nobody finds
 * the client from now on, and with it nothing that it was granted; of a large one the rows go bit by bit.
 */
export function* deleteClient(client_id: string, now: number): Work<void> {
  const { gone } = yield* removeSome(client_id, atOnce)
  if (!gone) {
    yield* removeSecrets({ client_id })
    yield* removeOrigins({ client_id })
    yield* removeOwners({ client_id })
    yield* mark({ client_id, now })
  }
  yield* remember({ client_id, now })
}

const deleted = query<{ now: number }, { client_id: string }>(
  'SELECT client_id FROM clients WHERE deleted_at IS NOT NULL AND deleted_at <= $now LIMIT 1',
)

/** Removes some of what a deleted client was granted; nothing when there is none. */
export function* removeSomeOfDeletedClient(now: number, limit: number): Work<{ readonly removed: number } | undefined> {
  const [client] = yield* deleted({ now })
  return client && (yield* removeSome(client.client_id, limit))
}

const finish = query<{ client_id: string }>(
  'DELETE FROM clients WHERE client_id = $client_id AND deleted_at IS NOT NULL',
)

/** Removes all that is left of a client by this name, however much: it must not come back with one that is registered anew. */
export function* finishDeleting(client_id: string): Work<void> {
  yield* finish({ client_id })
}
