import type { AuthorizationHeader } from '../../core/client-auth/method.ts'

/** The Authorization header: Basic (RFC 7617 §2), Bearer (RFC 6750 §2.1), or something that cannot be read. */
export function decodeAuthorization(header: string | undefined): AuthorizationHeader | undefined {
  if (header === undefined) return undefined
  const [scheme = '', value = '', ...rest] = header.trim().split(/ +/)
  if (rest.length > 0) return { scheme: 'unreadable' }
  switch (scheme.toLowerCase()) {
    case 'basic':
      return decodeBasic(value)
    case 'bearer':
      return /^[A-Za-z0-9\-._~+/]+=*$/.test(value) ? { scheme: 'bearer', token: value } : { scheme: 'unreadable' }
    default:
      return { scheme: 'unreadable' }
  }
}

/** The client_id in the user name of Basic: form-encoded first (RFC 6749 §2.3.1). */
export function clientIdOf(user: string): string {
  return new URLSearchParams(`user=${user.replaceAll('&', '%26')}`).get('user') ?? user
}

function decodeBasic(value: string): AuthorizationHeader {
  const text = /^[A-Za-z0-9+/_-]+={0,2}$/.test(value) ? Buffer.from(value, 'base64').toString('utf8') : ''
  const colon = text.indexOf(':')
  if (colon < 1) return { scheme: 'unreadable' }
  return { scheme: 'basic', user: text.slice(0, colon), password: text.slice(colon + 1) }
}
