import { mendRedirectUri } from './mend-redirect-uri.ts'
import { redirectUriFault } from './redirect-uri.ts'

/** The addresses of a field, one a line. White space around an address is nobody's intention, nor is one twice. */
export function addressesOf(lines: string): readonly string[] {
  const trimmed = lines.split(/\r?\n/).map(line => line.trim())
  return [...new Set(trimmed.filter(line => line !== ''))]
}

/** What keeps an address from being registered, and what was most likely meant; nothing where it can be. */
export function findingOf(address: string) {
  const expected = redirectUriFault(address)
  return expected === undefined ? undefined : { address, expected, mended: mendRedirectUri(address) }
}
