import type { Check } from '../check.ts'
import { type AuthenticatedClient, namedClient } from '../client.ts'
import type { Server } from '../server.ts'
import { clientSecretBasic } from './client-secret-basic.ts'
import { clientSecretPost } from './client-secret-post.ts'
import type { ClientAuthMethod, ClientAuthPowers, ClientAuthRequest } from './method.ts'
import { none } from './none.ts'
import { privateKeyJwt } from './private-key-jwt.ts'

/** Every way for a client to prove itself. */
export const clientAuthMethods: readonly ClientAuthMethod[] = [clientSecretBasic, clientSecretPost, none, privateKeyJwt]

type Powers = ClientAuthPowers &
  Pick<Server, 'clientAuthMethods'> & { readonly store: Pick<Server['store'], 'client' | 'spendAssertion'> }

/**
 * The client that sent this request, proven as it is registered to (RFC 6749 §2.3).
 * @throws `invalid_client`, alike for an unknown client and a wrong secret; `invalid_request` for two methods at once.
 */
export async function authenticateClient(
  request: ClientAuthRequest,
  server: Powers,
  check: Check,
): Promise<AuthenticatedClient> {
  const { authorization, params } = request
  if (authorization?.scheme === 'unreadable') {
    throw check.refused('client-auth-malformed', 'the Authorization header is not readable as Basic credentials')
  }
  const presented = server.clientAuthMethods.flatMap(method => {
    const credentials = method.presented(request, server)
    return credentials ? [{ method, credentials }] : []
  })
  const [first, second] = presented
  if (second)
    throw check.refused('client-auth-two-methods', 'use one client authentication method, not two at once', {
      used: presented.map(it => it.method.token_endpoint_auth_method),
    })
  if (!first) throw check.refused('client-missing', 'client_id is missing')
  const { method, credentials } = first
  method.examine?.(credentials, server, check)
  const named = params.get('client_id')
  if (named !== undefined && named !== credentials.client_id) {
    throw check.refused('client-id-differs', 'client_id in the body is not the one that authenticates', {
      sent: namedClient(named),
      authenticated: namedClient(credentials.client_id),
    })
  }

  const client = await server.store.client(credentials.client_id)
  if (!client)
    throw check.refused('client-unknown', 'no such client', {
      client_id: namedClient(credentials.client_id),
    })
  check.passed('client-unknown')
  check.journey.names(client.client_id)
  if (!method.accepts(client.token_endpoint_auth_method)) {
    throw check.refused('client-auth-method-wrong', 'not the registered client authentication method', {
      client_id: client.client_id,
      registered: client.token_endpoint_auth_method,
      used: method.token_endpoint_auth_method,
    })
  }
  await method.verify(client, credentials, server, check)
  return client as AuthenticatedClient
}
