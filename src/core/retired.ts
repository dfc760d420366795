import type { Check } from './check.ts'
import type { Client } from './client.ts'
import type { Clock } from './ports.ts'

/** What an operator must turn on (`--allow`) before a server offers it. */
export const allowances = ['implicit', 'hybrid', 'password'] as const
export type Allowance = (typeof allowances)[number]

/** Why a flow is kept for old clients only, and what to move to. */
export interface Retired {
  /** The section that says so. */
  readonly rule: string
  readonly instead: string
}

/** One use of a retired flow, as journey, log and audit trail mark it. */
export interface RetiredUse extends Retired {
  /** Its `grant_type`, or its `response_type`. */
  readonly flow: string
  /** When this client may no more, in seconds since 1970; absent while that is open. */
  readonly until?: number
}

/** A grant or response type as it is marked when this client uses it; nothing where it is not retired. */
export function retiredUse(flow: string, retired: Retired | undefined, client: Client): RetiredUse | undefined {
  const { retired_until: until } = client.grantwise
  return retired && { flow, ...retired, ...(until === undefined ? {} : { until }) }
}

/** @throws `unauthorized_client` (RFC 6749 §4.1.2.1, §5.2) once the day has come that was set for this client. */
export function refuseAfterSunset(
  flow: string,
  retired: Retired | undefined,
  client: Client,
  { clock }: { readonly clock: Clock },
  check: Check,
): void {
  const { retired_until } = client.grantwise
  if (retired === undefined || retired_until === undefined) return
  if (retired_until <= clock.now()) {
    const { rule, instead } = retired
    throw check.refused('flow-ended', `this app may not use this flow any more; use ${instead}`, {
      flow,
      ended_at: retired_until,
      rule,
      instead,
    })
  }
  check.passed('flow-ended')
}

/** What of this a server offers whose operator allows these. */
export function offered<T extends { readonly allow?: Allowance }>(
  all: readonly T[],
  allow: readonly Allowance[],
): readonly T[] {
  return all.filter(it => it.allow === undefined || allow.includes(it.allow))
}
