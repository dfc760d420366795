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
}

/** What of this a server offers whose operator allows these. */
export function offered<T extends { readonly allow?: Allowance }>(
  all: readonly T[],
  allow: readonly Allowance[],
): readonly T[] {
  return all.filter(it => it.allow === undefined || allow.includes(it.allow))
}
