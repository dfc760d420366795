import type { Exchange } from './exchange.ts'

/** A form of ours comes from a page of ours; an absent Origin rests on the field that is bound to the browser. */
export function refuseForeignOrigin({ request, check }: Exchange, issuer: string): void {
  const { origin } = request.headers
  const expected = new URL(issuer).origin
  if (origin !== undefined && origin !== expected) {
    throw check.refused('origin-foreign', 'this form was posted from another site', { origin, expected })
  }
  check.passed('origin-foreign')
}
