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
