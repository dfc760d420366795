import { isLoopbackHost } from '../admin/redirect-uri.ts'

/** What is wrong with an issuer, as the words that follow "expected"; nothing when it can be used. */
export function issuerFault(issuer: string): string | undefined {
  if (!/^https?:\/\/[^/?#]/i.test(issuer) || !URL.canParse(issuer)) return 'an absolute https URL'
  const url = new URL(issuer)
  if (/[?#]/.test(issuer)) return 'a URL without query or fragment (RFC 8414 §2)'
  if (url.username !== '' || url.password !== '') return 'a URL without user name or password'
  if (/[\s\\]|[^\x21-\x7e]/.test(issuer)) return 'a URL in plain ASCII without spaces or backslashes'
  if (!/^[A-Za-z0-9/._~-]*$/.test(url.pathname)) return 'a path of letters, digits and - . _ ~ only'
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    return (
      'https: over http, passwords and tokens would cross the network in the clear. Name an https issuer and end TLS ' +
      'here (--tls-cert, --tls-key) or in a proxy; http is for the loopback hosts 127.0.0.1, [::1] and localhost only'
    )
  }
  return undefined
}

/** The issuer as it is compared everywhere: no default port, scheme and host in lower case, the path as configured. */
export function normaliseIssuer(issuer: string): string {
  const url = new URL(issuer)
  return url.pathname === '/' && !issuer.endsWith('/') ? url.origin : url.origin + url.pathname
}

/** The issuer of a server that was given none: where it listens. */
export function defaultIssuer(where: { readonly host: string; readonly port: number; readonly tls: boolean }): string {
  const host = where.host.includes(':') ? `[${where.host}]` : where.host
  return normaliseIssuer(`${where.tls ? 'https' : 'http'}://${host}:${where.port}`)
}
