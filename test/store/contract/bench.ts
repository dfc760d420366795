import type { Family } from '../../../src/core/authorization.ts'
import type { CommitResult } from '../../../src/core/ports.ts'
import type { TokenHash } from '../../../src/core/token-hash.ts'
import type { SqlStore } from '../../../src/store/sql-store.ts'
import { begins, newToken, redeems, sampleFamily, start } from '../samples.ts'

type StoreUnderTest = SqlStore & {
  sweep(now: number): Promise<Readonly<Record<string, number>>>
  close(): Promise<void>
}

/** An empty database that may be opened several times at once. */
export interface Database {
  open(): Promise<StoreUnderTest>
  /** Closes what is open and removes it. */
  dispose(): Promise<void>
}

/** What each test begins with: a store of its own, and ways to have something in it. */
export class Bench {
  database!: Database
  store!: StoreUnderTest

  async begun(settings: Partial<Family> = {}) {
    const family = sampleFamily(settings)
    const code = newToken()
    await this.store.commit(begins(family, code))
    return { family, code }
  }

  async redeemed(settings: Partial<Family> = {}) {
    const { family, code } = await this.begun(settings)
    const token = newToken()
    await this.store.commit(redeems(family, code, token))
    return { family, code, token }
  }

  async isRevoked({ id }: Family): Promise<boolean> {
    return (await this.store.family(id))?.revoked_at !== undefined
  }
}

/** An opaque access token that a client got for itself. */
export function opaque(token: TokenHash, client_id = 'web') {
  return { token, client_id, scope: ['catalog:read'], issued_at: start, expires_at: start + 60 }
}

/** How many of each result. */
export function count(results: readonly CommitResult[]): Partial<Record<CommitResult, number>> {
  const counts: Partial<Record<CommitResult, number>> = {}
  for (const result of results) counts[result] = (counts[result] ?? 0) + 1
  return counts
}
