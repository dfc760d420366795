import { paths } from './endpoints/paths.ts'
import { publicReasonOf, type ReasonId } from './reasons.ts'

/**
 * The page about an error (RFC 6749 §4.1.2.1, §5.2: `error_uri`), by the reason that a stranger may know: answers that
 * must look alike stay alike.
 */
export function errorUri(issuer: string, reason: ReasonId): string {
  return `${issuer.replace(/\/$/, '')}${paths.errors}/${publicReasonOf(reason)}`
}
