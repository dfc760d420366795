const half = 32

/**
 * An ECDSA signature on P-256 as JWS wants it, r‖s (RFC 7518 §3.4), from the DER that OpenSSL makes.
 * Done by hand because asking `sign` for this form costs twice the signature itself.
 */
export function derToConcat(der: Uint8Array): Buffer {
  const concat = Buffer.alloc(2 * half)
  const afterR = copyInteger(der, 2, concat, half)
  copyInteger(der, afterR, concat, 2 * half)
  return concat
}

/**
 * The same the other way: asking `verify` to read r‖s takes a third longer. Nothing when it is not 64 bytes long
 * (RFC 7518 §3.4).
 */
export function concatToDer(concat: Uint8Array): Buffer | undefined {
  if (concat.length !== 2 * half) return undefined
  const integers = [integer(concat.subarray(0, half)), integer(concat.subarray(half))]
  return tagged(0x30, Buffer.concat(integers))
}

/** An INTEGER: without leading zeros, but with one where the number would read as negative. */
function integer(number: Uint8Array): Buffer {
  const first = number.findIndex(byte => byte !== 0)
  const significant = number.subarray(first < 0 ? half - 1 : first)
  const negative = ((significant[0] ?? 0) & 0x80) !== 0
  return tagged(0x02, negative ? Buffer.concat([Buffer.of(0), significant]) : Buffer.from(significant))
}

function tagged(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(tag, content.length), content])
}

/** Writes the INTEGER at `from` so that it ends at `end`; answers where the next one begins. */
function copyInteger(der: Uint8Array, from: number, into: Buffer, end: number): number {
  const length = der[from + 1] ?? 0
  const start = from + 2
  const next = start + length
  // DER adds a zero byte where the number would read as negative, and drops leading zeros.
  const significant = length > half ? next - half : start
  into.set(der.subarray(significant, next), end - (next - significant))
  return next
}
