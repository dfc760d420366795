import type { TokenHash } from '../../core/token-hash.ts'
import type { Value } from '../work.ts'

/** A member that is absent where the column is null. */
export function optional<Name extends string, T extends Value>(
  name: Name,
  value: T | null,
): { readonly [K in Name]?: T } {
  return value === null ? {} : ({ [name]: value } as { readonly [K in Name]: T })
}

/** The stored form of a token, as a row has it. */
export function tokenOf(row: { readonly id: string; readonly hash: string }): TokenHash {
  return { id: row.id, hash: row.hash } as TokenHash
}

/** A list of words without spaces, as one column has it. */
export function wordsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ')
}

export function flag(value: boolean): 0 | 1 {
  return value ? 1 : 0
}
