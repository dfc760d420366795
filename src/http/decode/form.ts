import type { Check } from '../../core/check.ts'

/** Pairs of a query or a form: far beyond any form of ours, and few enough to hold nobody up. */
const mostPairs = 4096

/**
 * The pairs of a query or a form, in order (application/x-www-form-urlencoded). Strict: bytes that are no UTF-8 are
 * refused, never replaced, so that what was compared is what was sent.
 * @throws `invalid_request`
 */
export function decodeForm(text: string, check: Check): [string, string][] {
  const pairs: [string, string][] = []
  const parts = text.split('&', mostPairs + 1)
  if (parts.length > mostPairs) throw check.refused('body-malformed', `send ${mostPairs} parameters at most`)
  for (const pair of parts) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
    pairs.push([decode(name, check), equals < 0 ? '' : decode(pair.slice(equals + 1), check)])
  }
  return pairs
}

/** As many of the pairs, as browsers read them, for what is written down of a request; nothing is decided by it. */
export function pairsToShow(text: string): URLSearchParams {
  return new URLSearchParams(text.split('&', mostPairs).join('&'))
}

function decode(text: string, check: Check): string {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw check.refused('body-malformed', 'a parameter is not percent-encoded UTF-8')
  }
}
