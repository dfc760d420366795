import type { Check } from './check.ts'
import { type Client, isPublic } from './client.ts'
import type { Grant } from './grants/grant.ts'
import type { Server, Use } from './server.ts'
import type { User } from './user.ts'

/**
 * A client that was registered by advice does what it was advised, and nothing else.
 * @throws `unauthorized_client` (RFC 6749 §4.1.2.1, §5.2)
 */
export function holdToAdvice(client: Client, use: Use, server: Pick<Server, 'outsideAdvice'>, check: Check): void {
  const outside = server.outsideAdvice(client, use)
  if (outside) {
    const said = `this client was registered for ${outside['registered_for']}, and this request is ${outside['request']}`
    throw check.refused('outside-advice', said, outside)
  }
  check.passed('outside-advice')
}

/** @throws `unauthorized_client` unless the client is registered for this grant (RFC 6749 §5.2). */
export function mayUseGrant(client: Client, grant_type: string, check: Check): void {
  if (!client.grant_types.includes(grant_type)) {
    throw check.refused('grant-type-not-allowed', 'grant_type must be one that this client is registered for', {
      grant_type,
      registered: client.grant_types,
    })
  }
  check.passed('grant-type-not-allowed')
}

/** RFC 6749 §4.4: some grants MUST only be used by confidential clients, whatever a registration says. @throws `invalid_client` */
export function mustBeConfidential(client: Client, { confidential }: Grant, check: Check): void {
  if (confidential !== 'always') return
  if (isPublic(client)) {
    throw check.refused('client-public', 'this grant is for clients that authenticate', {
      registered: client.token_endpoint_auth_method,
    })
  }
  check.passed('client-public')
}

/**
 * The one gate before anything is issued, asked again whenever a code or refresh token is redeemed: a deleted or
 * disabled user and a grant taken from a client get nothing, by any path.
 * `user` is as the store has it now: undefined when gone, null when the client acts for itself.
 * @throws `unauthorized_client` (RFC 6749 §5.2) or `invalid_grant`
 */
export function mayIssue(user: User | undefined | null, client: Client, grant_type: string, check: Check): void {
  mayUseGrant(client, grant_type, check)
  if (user === null) return
  if (!user) throw check.refused('user-gone', 'the user no longer has an account')
  check.passed('user-gone')
  if (user.disabled) throw check.refused('user-disabled', 'the account of the user is disabled')
  check.passed('user-disabled')
}
