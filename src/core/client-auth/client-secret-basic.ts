import type { ClientAuthMethod } from './method.ts'
import { acceptsSharedSecret, verifySharedSecret } from './shared-secret.ts'

/** The secret in the Authorization header (RFC 6749 §2.3.1). */
export const clientSecretBasic: ClientAuthMethod = {
  token_endpoint_auth_method: 'client_secret_basic',
  spec: 'RFC 6749 §2.3.1',
  presented({ authorization }) {
    // A public client's library may send its id with an empty password: that is no secret, and so not this method.
    if (authorization?.scheme !== 'basic' || authorization.password === '') return undefined
    return { client_id: percentDecode(authorization.user), secret: percentDecode(authorization.password) }
  },
  accepts: acceptsSharedSecret,
  verify: verifySharedSecret,
}

/** Decodes once; what does not decode was sent raw, as many libraries do, and is taken as it is. */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'))
  } catch {
    return text
  }
}
