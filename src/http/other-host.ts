import type { FastifyRequest } from 'fastify'

/** A page asked for under another name than the issuer's, or without the TLS that the issuer has. */
export interface Misdirected {
  readonly why: 'host' | 'plain'
  /** The host it was asked for at. */
  readonly asked: string
  /** Where it is. */
  readonly location: string
}

/**
 * Whether a page was asked for where it is not (RFC 9110 §7.4): the issuer decides what we are called, never `Host`.
 * A proxy that is trusted may say what it was asked, and nothing more follows from it.
 */
export function misdirected(request: FastifyRequest, issuer: string): Misdirected | undefined {
  const own = new URL(issuer)
  const { headers, url = '/' } = request.raw
  // RFC 9112 §3.2.2: a target in absolute form says it, whatever Host says.
  const asked = url.startsWith('/') ? request.host : (URL.parse(url)?.host ?? request.host)
  const nameless = headers.host === undefined && asked === ''
  const right = nameless || isHostOf(own, asked)
  if (right && !(own.protocol === 'https:' && arrivedPlain(request))) return undefined
  return { why: right ? 'plain' : 'host', asked, location: own.origin + (url.startsWith('/') ? url : '/') }
}

/** Compared as URLs are: in lower case, and without the port that the scheme implies. Nothing but a host is one (RFC 9110 §7.2). */
export function isHostOf({ protocol, host }: URL, asked: string): boolean {
  return !/[\s/?#@\\]/.test(asked) && URL.parse(`${protocol}//${asked}`)?.host === host
}

/** A configured proxy says that it was asked over http, by everybody along the way. */
function arrivedPlain({ headers, ips }: FastifyRequest): boolean {
  return ips !== undefined && /^http( *, *http)*$/i.test(String(headers['x-forwarded-proto'] ?? ''))
}
