import type { DeviceGuard } from '../core/server.ts'
import { addressPrefix } from './address.ts'
import { type CountingPowers, createBucket } from './buckets.ts'

/** Seconds after which all counts begin again. */
const period = 15 * 60

/**
 * What devices may ask in the name of one public client: an office of them at one address; from everywhere a launch day,
 * and no more rows than go as fast as they come.
 */
const requests = { perAddress: 60, overall: 60_000 }
/** Codes that no device shows: ten hit one that waits with odds of 1 in 2 560 000 000 (RFC 8628 §5.1). */
const guesses = { perUser: 10, perAddress: 60 }

/** Counts what is asked and typed for devices, in buckets that only the holder of `key` can aim at. */
export function createDeviceLimits({
  store,
  clock,
  hash,
  key,
}: CountingPowers): Pick<DeviceGuard, 'countRequest' | 'countGuess'> {
  const bucket = createBucket({ hash, key })
  const windowOf = () => Math.floor(clock.now() / period)
  const waitAfter = (window: number) => Math.max(1, (window + 1) * period - clock.now())

  return {
    async countRequest(client_id, address) {
      const window = windowOf()
      const near = bucket('device', 2 ** 16, client_id, addressPrefix(address))
      const [from = Number.POSITIVE_INFINITY] = await store.countAttempts([near], window)
      // One address alone must not use up what is there for all.
      if (from > requests.perAddress) return waitAfter(window)
      const [all = Number.POSITIVE_INFINITY] = await store.countAttempts(
        [bucket('device-overall', 2 ** 16, client_id)],
        window,
      )
      return all > requests.overall ? waitAfter(window) : undefined
    },

    async countGuess(sub, address) {
      const window = windowOf()
      const buckets = [bucket('user-code', 2 ** 20, sub), bucket('user-code-address', 2 ** 16, addressPrefix(address))]
      const [own = Number.POSITIVE_INFINITY, from = Number.POSITIVE_INFINITY] = await store.countAttempts(
        buckets,
        window,
      )
      if (own > guesses.perUser || from > guesses.perAddress) return { allowed: false, retry_after: waitAfter(window) }
      return { allowed: true, refund: () => store.refundAttempts(buckets, window) }
    },
  }
}
