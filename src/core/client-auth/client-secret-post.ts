import type { ClientAuthMethod } from './method.ts'
import { acceptsSharedSecret, isSharedSecret, proveSharedSecret } from './shared-secret.ts'

/** The secret in the body (RFC 6749 §2.3.1). */
export const clientSecretPost: ClientAuthMethod = {
  token_endpoint_auth_method: 'client_secret_post',
  spec: 'RFC 6749 §2.3.1',
  presented({ params }) {
    const secret = params.get('client_secret')
    return secret === undefined ? undefined : { client_id: params.require('client_id'), secret }
  },
  accepts: acceptsSharedSecret,
  verify: (client, { secret }, powers, check) =>
    proveSharedSecret(client, isSharedSecret(client, secret, powers), check),
}
