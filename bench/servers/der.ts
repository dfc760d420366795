/** RFC 7518 §3.4: r and s of P-256, 32 bytes each, out of the DER that OpenSSL writes (much faster than asking it for them). */
export function rawSignature(der: Buffer): Buffer {
  const raw = Buffer.alloc(64)
  const rLength = der[3] ?? 0
  const sLength = der[5 + rLength] ?? 0
  copyInteger(der, 4, rLength, raw, 0)
  copyInteger(der, 6 + rLength, sLength, raw, 32)
  return raw
}

/** A DER integer may be shorter than 32 bytes, or have a zero before it. */
function copyInteger(der: Buffer, start: number, length: number, raw: Buffer, at: number): void {
  const from = start + Math.max(0, length - 32)
  der.copy(raw, at + Math.max(0, 32 - length), from, start + length)
}
