import type { Hash } from '../core/ports.ts'

/** One of `many` buckets for a thing that is counted: fixed in number, so that strangers cannot grow the table. */
export type Bucket = (kind: string, many: number, ...of: readonly string[]) => string

/** Buckets that only the holder of `key` can aim at. */
export function createBucket({ hash, key }: { readonly hash: Pick<Hash, 'hmac'>; readonly key: string }): Bucket {
  return (kind, many, ...of) => {
    const digest = Buffer.from(hash.hmac(key, JSON.stringify([kind, ...of])), 'base64url')
    return `${kind}:${digest.readUInt32BE(0) % many}`
  }
}
