import type { ClientUse, LiveSignIns, RetiredFlowUse } from '../../admin/ports.ts'
import { query, type Work } from '../work.ts'

/** Seconds between two records of a client's use. */
export const usedEvery = 3600

const touch = query<{ client_id: string; now: number; before: number }>(
  `INSERT INTO client_uses (client_id, last_used_at)
   SELECT client_id, $now FROM clients WHERE client_id = $client_id AND deleted_at IS NULL
   ON CONFLICT (client_id) DO UPDATE SET last_used_at = excluded.last_used_at
   WHERE client_uses.last_used_at <= $before`,
)

/** Records that a client was just given something, unless that was recorded within the hour: another process may have. */
export function* touchClient(client_id: string, now: number): Work<void> {
  yield* touch({ client_id, now, before: now - usedEvery })
}

const used = query<{ client_id: string }, { last_used_at: number }>(
  'SELECT last_used_at FROM client_uses WHERE client_id = $client_id',
)
const newestRetired = query<{ client_id: string; limit: number }, { at: number; detail: string }>(
  `SELECT at, detail FROM audit WHERE client_id = $client_id AND event = 'retired-flow-used'
   ORDER BY id DESC LIMIT $limit`,
)
const oldestRetired = query<{ client_id: string }, { at: number }>(
  `SELECT at FROM audit WHERE client_id = $client_id AND event = 'retired-flow-used' ORDER BY id LIMIT 1`,
)

/** Records of one client's retired flows that are counted, the newest. */
const mostRetired = 1000

/** When a client was used last, and which retired flows it used, as far back as the audit trail goes. */
export function* findClientUse(client_id: string): Work<ClientUse> {
  const [last] = yield* used({ client_id })
  const rows = yield* newestRetired({ client_id, limit: mostRetired })
  const [first] = yield* oldestRetired({ client_id })
  return {
    last_used_at: last?.last_used_at,
    retired: [...Map.groupBy(rows, flowOf)].map(
      ([flow, all]): RetiredFlowUse => ({
        flow,
        times: all.length,
        last_used_at: all[0]?.at ?? 0,
      }),
    ),
    retired_since: first?.at,
    // What was counted is not all there is.
    more: rows.length === mostRetired,
  }
}

function flowOf({ detail }: { readonly detail: string }): string {
  return String((JSON.parse(detail) as { readonly flow?: unknown }).flow)
}

const aliveOfClient = query<
  { client_id: string; now: number; limit: number },
  { audience: string | null; refresh_token_id: string | null }
>(
  `SELECT audience, refresh_token_id FROM families
   WHERE client_id = $client_id AND revoked_at IS NULL AND expires_at > $now LIMIT $limit`,
)

/** Sign-ins of one client that are counted. */
const mostFamilies = 10_000

/** What lives of what people let a client do, by API. */
export function* countLiveSignIns(client_id: string, now: number): Work<LiveSignIns> {
  const found = yield* aliveOfClient({ client_id, now, limit: mostFamilies + 1 })
  const alive = found.slice(0, mostFamilies)
  const byAudience = Map.groupBy(alive, ({ audience }) => audience ?? '')
  return {
    all: alive.length,
    renewable: alive.filter(({ refresh_token_id }) => refresh_token_id !== null).length,
    of: Object.fromEntries([...byAudience].map(([audience, all]) => [audience, all.length])),
    more: found.length > mostFamilies,
  }
}
