import type { RunsOn } from '../core/client.ts'

const loopbackHosts = ['127.0.0.1', '[::1]', 'localhost']

const kinds =
  'https, http on a loopback host (127.0.0.1, [::1], localhost), or a private-use scheme with a dot (com.example.app:/callback)'

/** Whether http to this host never leaves the machine (RFC 8252 §7.3). */
export function isLoopbackHost(host: string): boolean {
  return loopbackHosts.includes(host)
}

/**
 * What is wrong with a redirect URI, as the words that follow "expected"; nothing when it can be registered.
 * It is compared as a raw string (RFC 9700 §2.1), so what a browser would read otherwise is refused here.
 */
export function redirectUriFault(uri: string): string | undefined {
  if (uri.length > 2000) return 'at most 2000 characters'
  if (/[^\x21-\x7e]/.test(uri)) return 'printable ASCII without spaces; percent-encode anything else (RFC 3986 §2)'
  if (/[\\"<>^`{|}]/.test(uri))
    return 'no backslash, quote or other character that RFC 3986 §2 leaves out; percent-encode it'
  if (uri.includes('#')) return 'no fragment (RFC 6749 §3.1.2): remove everything from "#" on'
  if (uri.includes('*')) return 'no wildcard: redirect URIs are compared exactly (RFC 9700 §2.1), so register each one'
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):(.*)$/i.exec(uri) ?? []
  if (scheme === '') return `an absolute URI: ${kinds}`
  if (scheme !== scheme.toLowerCase()) return `the scheme in lower case: ${scheme.toLowerCase()}:`
  if (/^\/\/[^/?]*@/.test(rest)) return 'no user name or password before the host'
  if (hasDotSegments(rest)) return 'no "." or ".." segments: browsers remove them, and the URI would no longer match'
  if (scheme === 'https' || scheme === 'http') return webFault(uri, scheme)
  if (!scheme.includes('.') || !/^[a-z0-9+-]+(\.[a-z0-9+-]+)+$/.test(scheme)) return kinds
  return URL.canParse(uri) && /[^/]/.test(rest)
    ? undefined
    : 'something after the scheme, like com.example.app:/callback'
}

function webFault(uri: string, scheme: 'https' | 'http'): string | undefined {
  const authority = /^https?:\/\/([^/?]+)/.exec(uri)?.[1]
  if (authority === undefined || !URL.canParse(uri)) return `an absolute ${scheme} URI with a host and a valid port`
  const host = authority.replace(/:\d*$/, '')
  const { hostname } = new URL(uri)
  // 127.1, 0x7f.1 and LOCALHOST are other spellings that browsers rewrite; the raw string would then never match.
  if (!isPlainHost(hostname)) return 'a host of letters, digits, dots and hyphens'
  if (host !== hostname) return `the host as browsers send it: ${hostname}`
  if (authority.endsWith(':')) return 'a port after ":", or no ":"'
  return scheme === 'http' && !isLoopbackHost(host) ? kinds : undefined
}

function hasDotSegments(rest: string): boolean {
  const [path = ''] = rest.replace(/^\/\/[^/?]*/, '').split('?')
  return path.split('/').some(segment => /^(\.|%2e){1,2}$/i.test(segment))
}

/** A name as DNS has it, or an address: anything else would be read as syntax where hosts are listed, as in a CSP. */
function isPlainHost(hostname: string): boolean {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)$/.test(hostname)
}

/** What is wrong with an origin for CORS (RFC 6454 §6.2), as the words that follow "expected". */
export function originFault(origin: string): string | undefined {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin || !isPlainHost(new URL(origin).hostname))
    return 'an origin: scheme, host and port only, like https://app.example.com'
  const { protocol, hostname } = new URL(origin)
  if (protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname))) return undefined
  return 'an https origin, or http on a loopback host (127.0.0.1, [::1], localhost)'
}

/**
 * What speaks against a redirect URI that can be registered, and what to register in its place. Only of an app that
 * listens on its own: a web app's pages and cookies are those of the name that it is opened by.
 */
export function redirectUriAdvice(uri: string, runs_on: RunsOn): string | undefined {
  if (runs_on !== 'cli' && runs_on !== 'native') return undefined
  const [, rest] = /^http:\/\/localhost((?:[:/?].*)?)$/.exec(uri) ?? []
  // RFC 8252 §8.3: NOT RECOMMENDED.
  return rest === undefined
    ? undefined
    : `names localhost, which may lead elsewhere than this machine (RFC 8252 §8.3); http://127.0.0.1${rest} cannot`
}
