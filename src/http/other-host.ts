import type { FastifyRequest } from 'fastify'

/** Where a page asked for under another name is: the issuer decides what we are called, never `Host`. */
export function elsewhere({ raw, method }: FastifyRequest, issuer: string): string | undefined {
  const { host, origin, protocol } = new URL(issuer)
  const asked = raw.headers.host
  // Compared as URLs are: in lower case, and without the port that the scheme implies.
  if (method !== 'GET' || asked === undefined || URL.parse(`${protocol}//${asked}`)?.host === host) return undefined
  const path = raw.url ?? '/'
  return origin + (path.startsWith('/') ? path : '/')
}
