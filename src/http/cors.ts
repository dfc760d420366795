import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Client } from '../core/client.ts'
import type { Server } from '../core/server.ts'

/**
 * Who may read an endpoint from a page of another origin: anybody (public documents, without credentials), any
 * registered web origin, or only the origins of the client that the answer is for. Absent: nobody.
 */
export type CorsRule = 'anybody' | 'registered' | 'own'

/** Answers a preflight: any registered web origin may ask, whichever client the request will be for. */
export async function preflight(
  request: FastifyRequest,
  reply: FastifyReply,
  rule: CorsRule,
  methods: readonly string[],
  server: Server,
): Promise<FastifyReply> {
  reply.code(204)
  if (await allowOrigin(request, reply, rule === 'own' ? 'registered' : rule, server)) {
    reply
      .header('access-control-allow-methods', methods.join(', '))
      .header('access-control-allow-headers', 'Authorization, Content-Type, DPoP, Auth0-Client')
      .header('access-control-max-age', '600')
  }
  return reply.send()
}

/** Lets a page of an allowed origin read the answer. */
export async function allowOrigin(
  request: FastifyRequest,
  reply: FastifyReply,
  rule: 'anybody' | 'registered',
  { store }: Pick<Server, 'store'>,
): Promise<boolean> {
  if (rule === 'anybody') {
    reply.header('access-control-allow-origin', '*')
    return true
  }
  reply.header('vary', 'Origin')
  const { origin } = request.headers
  if (origin === undefined || !(await store.isWebOrigin(origin))) return false
  echo(reply, origin)
  return true
}

/** Lets a page of this client's own origins read the answer, and no other's. */
export function allowOwnOrigin(request: FastifyRequest, reply: FastifyReply, client: Client | undefined): void {
  reply.header('vary', 'Origin')
  const { origin } = request.headers
  if (origin !== undefined && client?.grantwise.web_origins.includes(origin)) echo(reply, origin)
}

function echo(reply: FastifyReply, origin: string): void {
  reply
    .header('access-control-allow-origin', origin)
    // Some libraries send credentials; without this their pages cannot read the answer.
    .header('access-control-allow-credentials', 'true')
    .header('access-control-expose-headers', 'WWW-Authenticate, Retry-After, X-Request-Id')
}
