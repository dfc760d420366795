import { addressPrefix } from './address.ts'
import { type CountingPowers, createBucket } from './buckets.ts'

/** Limits how many accounts strangers may ask for: each asks whether a login is taken, and may leave a row. */
export interface SignUpLimit {
  /** Counts one before anything is looked up; how many seconds to wait when it was one too many. */
  count(address: string): Promise<number | undefined>
}

const period = 15 * 60
/** Enough for a class in one room. */
const perAddress = 30
/** From everywhere: what a swarm of addresses can add to the disk in a day stays below 60 000 rows. */
const overall = 600

export function createSignUpLimit({ store, clock, hash, key }: CountingPowers): SignUpLimit {
  const bucket = createBucket({ hash, key })
  return {
    async count(address) {
      const window = Math.floor(clock.now() / period)
      const wait = Math.max(1, (window + 1) * period - clock.now())
      const [from = Number.POSITIVE_INFINITY] = await store.countAttempts(
        [bucket('sign-up', 2 ** 16, addressPrefix(address))],
        window,
      )
      // One address alone must not use up what is there for all.
      if (from > perAddress) return wait
      const [all = Number.POSITIVE_INFINITY] = await store.countAttempts([bucket('sign-up-overall', 1)], window)
      return all > overall ? wait : undefined
    },
  }
}
