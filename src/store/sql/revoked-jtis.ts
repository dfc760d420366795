import { query, type Work } from '../work.ts'

const insert = query<{ jti: string; expires_at: number }>(
  'INSERT INTO revoked_jtis (jti, expires_at) VALUES ($jti, $expires_at) ON CONFLICT (jti) DO NOTHING',
)

/** Remembers a revoked JWT until it would have expired. */
export function* revokeJti(jti: string, expires_at: number): Work<void> {
  yield* insert({ jti, expires_at })
}

const find = query<{ jti: string }, { jti: string }>('SELECT jti FROM revoked_jtis WHERE jti = $jti')

export function* isJtiRevoked(jti: string): Work<boolean> {
  return (yield* find({ jti })).length === 1
}
