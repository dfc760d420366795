import type { FastifyReply } from 'fastify'

/** What a page may do beyond showing itself. */
export interface PagePowers {
  /** Where its form may end up after redirects, which Chromium holds against `form-action` too. */
  readonly formTargets?: readonly string[]
  /** `'sha256-…'` of its one script, or `'self'` where that is a file of ours. */
  readonly script?: string
  /** Origins whose pages may show it in a frame; nobody's, unless given. */
  readonly framedBy?: readonly string[]
}

/** The one set of headers that all HTML leaves with, error pages too. */
export function pageHeaders(reply: FastifyReply, powers: PagePowers = {}): FastifyReply {
  return reply.headers(pageFields(powers))
}

/** The same, for an answer that is written before there is a reply. */
export function pageFields(powers: PagePowers = {}): Record<string, string> {
  return {
    ...noStoreFields,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy(powers),
    // It has no word for several origins, and what it says counts only where frame-ancestors is not understood.
    ...(powers.framedBy ? {} : { 'x-frame-options': 'DENY' }),
    // Not no-referrer: that makes Chromium send `Origin: null` from our own forms.
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  }
}

function contentSecurityPolicy({ formTargets = [], script, framedBy = [] }: PagePowers): string {
  const sources = new Set(["'self'", ...formTargets.map(formActionSource)])
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    ...(script === undefined ? [] : [`script-src ${script}`]),
    `form-action ${[...sources].join(' ')}`,
    `frame-ancestors ${framedBy.filter(isWritable).join(' ') || "'none'"}`,
    "base-uri 'none'",
  ].join('; ')
}

/** The origin of a web address, or the scheme of an app's own. All of them are registered. */
function formActionSource(uri: string): string {
  const { protocol, origin, hostname } = new URL(uri)
  if (protocol !== 'https:' && protocol !== 'http:') return protocol
  // CSP3 §2.3.1 has no way to write an IPv6 host.
  return hostname.startsWith('[') ? protocol : origin
}

/** CSP3 §2.3.1 has no way to write an IPv6 host, and a scheme alone would let everybody in. */
function isWritable(origin: string): boolean {
  return !origin.includes('[')
}

/** RFC 6749 §5.1: what carries a token or a code MUST NOT be kept. */
export const noStoreFields = { 'cache-control': 'no-store', pragma: 'no-cache' } as const

export function noStore(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store').header('pragma', 'no-cache')
}

/** What every answer says: its type is as it is written, and (RFC 6797 §7.2) over https, that https it stays. */
export function everyField(issuer: string): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    ...(issuer.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}
