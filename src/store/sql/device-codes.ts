import type { DeviceCode } from '../../core/authorization.ts'
import type { By } from '../../core/by.ts'
import type { AskedByDevice, NewDeviceCode } from '../../core/ports.ts'
import type { TokenHash } from '../../core/token-hash.ts'
import { query, type Work } from '../work.ts'
import { record } from './audit.ts'
import { optional, tokenOf, wordsOf } from './columns.ts'
import { type FamilyRow, familyColumns, familyOf } from './families.ts'

interface OwnRow {
  readonly id: string
  readonly hash: string
  readonly client_id: string
  readonly scope: string
  readonly audience: string | null
  readonly journey_id: string
  readonly address: string
  readonly created_at: number
  readonly expires_at: number
  readonly interval: number
  readonly denied_at: number | null
  readonly spent_at: number | null
}

type DeviceCodeRow = OwnRow & (FamilyRow | { readonly family_id: null })

const columns = `d.id, d.hash, d.client_id, d.scope, d.audience, d.journey_id, d.address, d.created_at, d.expires_at,
  d.interval, d.denied_at, d.spent_at, ${familyColumns}`

const find = query<{ id: string; hash: string }, DeviceCodeRow>(
  `SELECT ${columns} FROM device_codes d LEFT JOIN families f ON f.id = d.family_id WHERE d.id = $id AND d.hash = $hash`,
)

/** A device code, whatever came of it, as long as it or its family is kept. */
export function* findDeviceCode({ id, hash }: TokenHash): Work<DeviceCode | undefined> {
  const [row] = yield* find({ id, hash })
  return row && deviceCodeOf(row)
}

const findByUserCode = query<{ user_code: string }, DeviceCodeRow>(
  `SELECT ${columns} FROM device_codes d LEFT JOIN families f ON f.id = d.family_id WHERE d.user_code = $user_code`,
)

/** The same, by the hash of what its user types. */
export function* findDeviceCodeOf(user_code: string): Work<DeviceCode | undefined> {
  const [row] = yield* findByUserCode({ user_code })
  return row && deviceCodeOf(row)
}

function deviceCodeOf(row: DeviceCodeRow): DeviceCode {
  return {
    token: tokenOf(row),
    client_id: row.client_id,
    scope: wordsOf(row.scope),
    ...optional('audience', row.audience),
    journey_id: row.journey_id,
    address: row.address,
    created_at: row.created_at,
    expires_at: row.expires_at,
    interval: row.interval,
    ...(row.family_id === null ? {} : { family: familyOf(row) }),
    ...optional('denied_at', row.denied_at),
    ...optional('spent_at', row.spent_at),
  }
}

const insert = query<
  {
    id: string
    hash: string
    user_code: string
    client_id: string
    scope: string
    audience: string | null
    journey_id: string
    address: string
    created_at: number
    expires_at: number
    interval: number
  },
  { id: string }
>(
  `INSERT INTO device_codes
    (id, hash, user_code, client_id, scope, audience, journey_id, address, created_at, expires_at, interval)
   SELECT $id, $hash, $user_code, c.client_id, $scope, $audience, $journey_id, $address, $created_at, $expires_at, $interval
   FROM clients c WHERE c.client_id = $client_id AND c.deleted_at IS NULL
   ON CONFLICT (user_code) DO NOTHING RETURNING id`,
)

/** Keeps what a device asks; false when another has this user code, or the client is gone. */
export function* addDeviceCode(code: NewDeviceCode, user_code: string): Work<boolean> {
  const { token, scope, audience = null, ...rest } = code
  const added = yield* insert({ ...rest, id: token.id, hash: token.hash, user_code, scope: scope.join(' '), audience })
  return added.length > 0
}

type Poll = { readonly id: string; readonly hash: string; readonly now: number }
const waiting = 'id = $id AND hash = $hash AND family_id IS NULL AND denied_at IS NULL'

// A network may bring two polls a second nearer to each other than they were sent.
const poll = query<Poll, { interval: number }>(
  `UPDATE device_codes SET polled_at = $now
   WHERE ${waiting} AND (polled_at IS NULL OR polled_at + interval - 1 <= $now) RETURNING interval`,
)
/** Up to a minute: longer would only outlast the code. */
const slowDown = query<Poll, { interval: number }>(
  `UPDATE device_codes SET polled_at = $now, interval = CASE WHEN interval < 60 THEN interval + 5 ELSE interval END
   WHERE ${waiting} RETURNING interval`,
)

/** Notes that a device asked again; one that was too quick has to wait longer from now on. What waits no more, may ask. */
export function* pollDeviceCode(
  { id, hash }: TokenHash,
  now: number,
): Work<{ readonly inTime: boolean; readonly interval: number }> {
  const [inTime] = yield* poll({ id, hash, now })
  if (inTime !== undefined) return { inTime: true, interval: inTime.interval }
  const [tooSoon] = yield* slowDown({ id, hash, now })
  return { inTime: tooSoon === undefined, interval: tooSoon?.interval ?? 0 }
}

const allow = query<{ id: string; hash: string; family_id: string; now: number }, { id: string }>(
  `UPDATE device_codes SET family_id = $family_id WHERE ${waiting} AND expires_at > $now RETURNING id`,
)

/** Ends the waiting of a device with what its user agreed to; false when it had ended. */
export function* allowDeviceCode(asked: AskedByDevice, family_id: string, sub: string, now: number): Work<boolean> {
  const { id, hash } = asked.token
  if ((yield* allow({ id, hash, family_id, now })).length === 0) return false
  yield* recordAsked(asked, sub, now)
  return true
}

const deny = query<{ id: string; hash: string; now: number }, { id: string }>(
  `UPDATE device_codes SET denied_at = $now WHERE ${waiting} AND expires_at > $now RETURNING id`,
)

/** Ends it with a no; false when it had ended. */
export function* denyDeviceCode(asked: AskedByDevice, sub: string, now: number, by: By): Work<boolean> {
  const { id, hash } = asked.token
  if ((yield* deny({ id, hash, now })).length === 0) return false
  yield* recordAsked(asked, sub, now)
  yield* record({ event: 'device-denied', sub, client_id: asked.client_id, detail: { device_code: id } }, by, now)
  return true
}

/** From where the device asked, and when, beside who answered it: the two are compared when somebody was tricked (RFC 10027 §6). */
function* recordAsked({ token, client_id, address, journey_id, created_at }: AskedByDevice, sub: string, now: number) {
  const device: By = { actor: 'client', id: client_id, address, reference: journey_id }
  const detail = { device_code: token.id, asked_at: created_at }
  yield* record({ event: 'device-asked', sub, client_id, detail }, device, now)
}

const spend = query<{ id: string; hash: string; now: number }, { family_id: string }>(
  `UPDATE device_codes SET spent_at = $now
   WHERE id = $id AND hash = $hash AND spent_at IS NULL
     AND EXISTS (SELECT 1 FROM families f WHERE f.id = device_codes.family_id AND f.revoked_at IS NULL)
   RETURNING family_id`,
)

/** Spends a device code of a living family, once; the family's id when it was this call that did. */
export function* spendDeviceCode({ id, hash }: TokenHash, now: number): Work<string | undefined> {
  const [row] = yield* spend({ id, hash, now })
  return row?.family_id
}

const familyOfCode = query<{ id: string; hash: string }, { family_id: string | null; spent_at: number | null }>(
  'SELECT family_id, spent_at FROM device_codes WHERE id = $id AND hash = $hash',
)

/** The family of a device code that was spent before. */
export function* familyOfSpentDeviceCode({ id, hash }: TokenHash): Work<string | undefined> {
  const [row] = yield* familyOfCode({ id, hash })
  return row && row.spent_at !== null ? (row.family_id ?? undefined) : undefined
}
