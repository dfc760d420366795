import { randomBytes } from 'node:crypto'
import type { Random } from '../core/ports.ts'

const half = 2 ** 25
const limit = 2 ** 50
const block = 4096

/** Ten characters of base32hex that sort like the 50-bit number; in two halves, which print far faster than one. */
function base32hex(n: number): string {
  const high = Math.floor(n / half).toString(32)
  const low = (n % half).toString(32)
  return high.padStart(5, '0') + low.padStart(5, '0')
}

/** Hands out random bytes from blocks, since one large request to the kernel is cheaper than many; each is used once. */
function pooled(bytes: (n: number) => Buffer): (n: number) => Buffer {
  let pool: Buffer = Buffer.alloc(0)
  let used = 0
  return n => {
    if (used + n > pool.length) {
      pool = bytes(block)
      used = 0
    }
    used += n
    return pool.subarray(used - n, used)
  }
}

/** The core's unguessable values. Ids rise strictly within this process, even in one millisecond or if the clock steps back. */
export function nodeRandom(milliseconds: () => number, bytes: (n: number) => Buffer = randomBytes): Random {
  const take = pooled(bytes)
  let time = -1
  let prefix = ''
  let tail = 0

  function advance(to: number): void {
    time = to
    prefix = base32hex(to)
    tail = take(6).readUIntBE(0, 6) * 4 + (take(1).readUInt8(0) % 4)
  }

  return {
    id() {
      const now = Math.floor(milliseconds())
      if (now > time) advance(now)
      else {
        // A random step, so that another process in the same millisecond does not meet it.
        tail += 1 + take(4).readUInt32BE(0)
        if (tail >= limit) advance(time + 1)
      }
      return prefix + base32hex(tail)
    },

    secret() {
      const taken = take(32)
      const text = taken.toString('base64url')
      taken.fill(0)
      return text
    },
  }
}
