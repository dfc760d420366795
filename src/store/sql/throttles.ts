import { query, type Work } from '../work.ts'

// A window that has passed starts again at one; one that a faster clock has begun already counts on.
const count = query<{ bucket: string; period: number; now: number }, { attempts: number }>(
  `INSERT INTO throttles (bucket, period, attempts, counted_at) VALUES ($bucket, $period, 1, $now)
   ON CONFLICT (bucket) DO UPDATE SET
     attempts = CASE WHEN throttles.period >= excluded.period THEN throttles.attempts + 1 ELSE 1 END,
     period = CASE WHEN throttles.period >= excluded.period THEN throttles.period ELSE excluded.period END,
     counted_at = excluded.counted_at
   RETURNING attempts`,
)

/** Adds one to each bucket and returns the counts in the same order, so that parallel guesses each see their own. */
export function* countAttempts(buckets: readonly string[], period: number, now: number): Work<readonly number[]> {
  const counts: number[] = []
  for (const bucket of buckets) {
    const [row] = yield* count({ bucket, period, now })
    counts.push(row?.attempts ?? 0)
  }
  return counts
}

const refund = query<{ bucket: string; period: number }>(
  `UPDATE throttles SET attempts = attempts - 1 WHERE bucket = $bucket AND period = $period AND attempts > 0`,
)

export function* refundAttempts(buckets: readonly string[], period: number): Work<void> {
  for (const bucket of buckets) yield* refund({ bucket, period })
}
