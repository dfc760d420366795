import type { StoredKey } from './ports.ts'

/** Seconds that a retired key still verifies: longer than anything it signed is of use. */
const retention = 90 * 24 * 60 * 60

/** Whether a key may still sign or verify: a retired one only for so long. */
export function isUseful({ retired_at }: Pick<StoredKey, 'retired_at'>, now: number): boolean {
  return retired_at === undefined || retired_at + retention > now
}
