import type { Clock, Hash } from '../core/ports.ts'
import type { IdentityStore } from './ports.ts'

/** One of `many` buckets for a thing that is counted: fixed in number, so that strangers cannot grow the table. */
export type Bucket = (kind: string, many: number, ...of: readonly string[]) => string

/** What it takes to count attempts, in buckets that only the holder of `key` can aim at. */
export interface CountingPowers {
  readonly store: Pick<IdentityStore, 'countAttempts' | 'refundAttempts'>
  readonly clock: Clock
  readonly hash: Pick<Hash, 'hmac'>
  readonly key: string
}

/** Buckets that only the holder of `key` can aim at. */
export function createBucket({ hash, key }: Pick<CountingPowers, 'hash' | 'key'>): Bucket {
  return (kind, many, ...of) => {
    const digest = Buffer.from(hash.hmac(key, JSON.stringify([kind, ...of])), 'base64url')
    return `${kind}:${digest.readUInt32BE(0) % many}`
  }
}
