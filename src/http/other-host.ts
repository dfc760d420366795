import type { FastifyRequest } from 'fastify'

/** Where a page asked for under another name is: the issuer decides what we are called, never `Host`. */
export function elsewhere({ raw, method }: FastifyRequest, issuer: string): string | undefined {
  const { host, origin } = new URL(issuer)
  if (method !== 'GET' || raw.headers.host === undefined || raw.headers.host.toLowerCase() === host) return undefined
  const path = raw.url ?? '/'
  return origin + (path.startsWith('/') ? path : '/')
}
