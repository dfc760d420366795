import type { FastifyRequest } from 'fastify'
import { scrub } from '../journeys/redact.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The path of a route of ours, below the issuer's. */
    endpoint?: string
  }
}

/** What a request was for, in one of a few words: never the address as it was sent, which may hold anything. */
export function endpointOf({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): string {
  return routeOptions.config.endpoint ?? routeOptions.url ?? 'unknown'
}

/** What every line about a request says of it: the reference that people see, where it came in, and from where. */
export interface RequestFields {
  readonly reference: string
  readonly endpoint: string
  readonly address: string
  /** The `X-Request-Id` of a proxy that is trusted, by which its own log knows the request. */
  readonly proxy_request_id?: string
}

export function requestFields(request: FastifyRequest): RequestFields {
  const proxys = proxyRequestId(request)
  return {
    reference: request.id,
    endpoint: endpointOf(request),
    address: request.ip,
    ...(proxys === undefined ? {} : { proxy_request_id: proxys }),
  }
}

/** Beside our own id, never in its place: journeys are found by that, and nobody else may choose it. */
function proxyRequestId({ headers, ips = [] }: FastifyRequest): string | undefined {
  const sent = headers['x-request-id']
  // The first is the connection's; another stands behind it only where a trusted proxy says so.
  if (ips.length < 2 || typeof sent !== 'string' || !/^[\w.:/+=@-]{1,128}$/.test(sent)) return undefined
  return scrub(sent)
}
