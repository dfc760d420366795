import { percentDecode } from './client-secret-basic.ts'
import type { ClientAuthMethod } from './method.ts'

/** A public client names itself and proves nothing (RFC 7591 §2); what it redeems must prove the rest. */
export const none: ClientAuthMethod = {
  token_endpoint_auth_method: 'none',
  spec: 'RFC 6749 §2.1',
  presented({ authorization, params }) {
    if (authorization?.scheme === 'basic') {
      return authorization.password === '' ? { client_id: percentDecode(authorization.user) } : undefined
    }
    const client_id = params.get('client_id')
    const proven = params.get('client_secret') !== undefined || params.get('client_assertion') !== undefined
    return client_id === undefined || proven ? undefined : { client_id }
  },
  accepts: registered => registered === 'none',
  verify() {},
}
