/** Pairs as application/x-www-form-urlencoded writes them (RFC 6749 Appendix B). */
export function encodeForm(pairs: readonly (readonly [string, string])[]): string {
  return new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString()
}
