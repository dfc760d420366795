import type { Clock, Hash } from '../core/ports.ts'

/** Times that somebody is sent on from the same place within this many seconds before it is a loop. */
const patience = { times: 5, seconds: 10 }
const remembered = 1000

interface LoopPowers {
  readonly clock: Clock
  readonly hash: Pick<Hash, 'sha256'>
}

/** Notices who is sent on and comes back the same, as behind a proxy that replaces `Host`: a browser would only give up. */
export function createLoopNotice({ clock, hash }: LoopPowers): (...place: readonly string[]) => boolean {
  const seen = new Map<string, { readonly since: number; readonly times: number }>()
  return (...place) => {
    // A digest: what strangers ask for is as long as they like, and its query is theirs.
    const key = hash.sha256(place.join(' '))
    const now = clock.now()
    const before = seen.get(key)
    const { since, times } = before && before.since + patience.seconds > now ? before : { since: now, times: 0 }
    seen.delete(key)
    seen.set(key, { since, times: times + 1 })
    for (const oldest of seen.keys()) {
      if (seen.size <= remembered) break
      seen.delete(oldest)
    }
    return times + 1 >= patience.times
  }
}
