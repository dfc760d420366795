import type { ClientAuthMethod } from './method.ts'
import { acceptsSharedSecret, isSharedSecret, proveSharedSecret } from './shared-secret.ts'

/** The secret in the Authorization header (RFC 6749 §2.3.1). */
export const clientSecretBasic: ClientAuthMethod = {
  token_endpoint_auth_method: 'client_secret_basic',
  spec: 'RFC 6749 §2.3.1',
  presented({ authorization }) {
    // A public client's library may send its id with an empty password: that is no secret, and so not this method.
    if (authorization?.scheme !== 'basic' || authorization.password === '') return undefined
    const { user, password } = authorization
    const secret = percentDecode(password)
    return { client_id: percentDecode(user), secret, ...(secret === password ? {} : { raw: password }) }
  },
  accepts: acceptsSharedSecret,
  verify(client, { secret, raw }, powers, check) {
    // Many libraries encode nothing: the "+" of a secret in base64 is then no space.
    const right = isSharedSecret(client, secret, powers) || (raw !== undefined && isSharedSecret(client, raw, powers))
    proveSharedSecret(client, right, check)
  },
}

/** Decodes once; what does not decode was sent raw, as many libraries do, and is taken as it is. */
export function percentDecode(text: string): string {
  if (!/[%+]/.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'))
  } catch {
    return text
  }
}
