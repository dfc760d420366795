/** Text from a request may hold what a terminal obeys: control characters, and those that turn the reading order. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd')
}
