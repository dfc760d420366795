import type { By } from '../../core/by.ts'
import { query, type Work } from '../work.ts'
import { record } from './audit.ts'

const insert = query<{ jti: string; expires_at: number }, { jti: string }>(
  `INSERT INTO revoked_jtis (jti, expires_at) VALUES ($jti, $expires_at) ON CONFLICT (jti) DO NOTHING
   RETURNING jti`,
)

/** Remembers a revoked JWT until it would have expired. */
export function* revokeJti(jti: string, expires_at: number, by: By, now: number): Work<void> {
  const revoked = yield* insert({ jti, expires_at })
  if (revoked.length > 0) yield* record({ event: 'token-revoked', detail: { token: jti } }, by, now)
}

const find = query<{ jti: string; client_id: string; iat: number }, { found: number }>(
  `SELECT 1 AS found FROM revoked_jtis WHERE jti = $jti
   UNION ALL SELECT 1 FROM deleted_clients WHERE client_id = $client_id AND deleted_at >= $iat`,
)

/** Whether a JWT that a client was given for itself has ended: by itself, or when its client was deleted. */
export function* isJtiRevoked(jti: string, client_id: string, iat: number): Work<boolean> {
  return (yield* find({ jti, client_id, iat })).length > 0
}
