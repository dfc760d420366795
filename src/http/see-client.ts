import type { Client } from '../core/client.ts'
import { normaliseLogin } from '../identity/login-name.ts'
import type { Context } from './context.ts'
import type { SignedIn } from './current-login.ts'
import type { Exchange } from './exchange.ts'
import { isAdmin } from './is-admin.ts'

/** A client, and who looks at it. */
export interface SeenClient {
  readonly client: Client
  readonly signedIn: SignedIn
  /** Who may change it; an owner only looks. */
  readonly admin: boolean
}

/**
 * The client that an address names, for its owners and administrators. @throws `client-not-shown`, the same whether
 * there is one or not.
 */
export async function seeClient(
  signedIn: SignedIn,
  { request, check }: Exchange,
  context: Context,
): Promise<SeenClient> {
  const { id } = request.params as { readonly id: string }
  const client = await context.server.store.client(id)
  const admin = isAdmin(signedIn.user)
  const owns = client?.grantwise.owners.some(owner => normaliseLogin(owner) === signedIn.user.login) ?? false
  if (client === undefined || !(admin || owns)) {
    throw check.refused('client-not-shown', 'there is no such app, or it is not yours to see')
  }
  check.passed('client-not-shown')
  return { client, signedIn, admin }
}
