import { addressPrefix } from './address.ts'
import { type CountingPowers, createBucket } from './buckets.ts'

/** Who offers a password. */
export interface Guess {
  /** Known or not: both are counted alike. */
  readonly login: string
  readonly address: string
  /** The browser that proved an earlier sign-in to this login; it has an allowance of its own. */
  readonly browser?: string | undefined
}

/** A guess that was counted: it may be made, or must wait. */
export type Counted =
  | {
      readonly allowed: true
      /** Takes back this one guess, because it was right or never made; earlier failures stay counted. */
      refund(): Promise<void>
    }
  | { readonly allowed: false; readonly retry_after: number }

/** Limits guesses of passwords (RFC 6819 §4.4.3.6). */
export interface Throttle {
  /** Counts a guess before it is made, so that a hundred at once are a hundred. */
  count(guess: Guess): Promise<Counted>
}

/** Seconds after which all counts begin again. */
const period = 15 * 60
const perAccount = 15
const perAddress = 300

const accountBuckets = 2 ** 20
const addressBuckets = 2 ** 16

/** Guesses counted in buckets that only the holder of `key` can aim at. */
export function createThrottle({ store, clock, hash, key }: CountingPowers): Throttle {
  const bucket = createBucket({ hash, key })

  return {
    async count({ login, address, browser }) {
      const window = Math.floor(clock.now() / period)
      const buckets = [
        bucket('account', accountBuckets, login, ...(browser === undefined ? [] : [browser])),
        bucket('address', addressBuckets, addressPrefix(address)),
      ]
      const [account = Number.POSITIVE_INFINITY, from = Number.POSITIVE_INFINITY] = await store.countAttempts(
        buckets,
        window,
      )
      if (account > perAccount || from > perAddress) {
        return { allowed: false, retry_after: Math.max(1, (window + 1) * period - clock.now()) }
      }
      return { allowed: true, refund: () => store.refundAttempts(buckets, window) }
    },
  }
}
