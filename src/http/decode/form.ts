import type { Check } from '../../core/check.ts'

/**
 * The pairs of a query or a form, in order (application/x-www-form-urlencoded). Strict: bytes that are no UTF-8 are
 * refused, never replaced, so that what was compared is what was sent.
 * @throws `invalid_request`
 */
export function decodeForm(text: string, check: Check): [string, string][] {
  const pairs: [string, string][] = []
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
    pairs.push([decode(name, check), equals < 0 ? '' : decode(pair.slice(equals + 1), check)])
  }
  return pairs
}

function decode(text: string, check: Check): string {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw check.refused('body-malformed', 'a parameter is not percent-encoded UTF-8')
  }
}
