import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from './context.ts'
import { clientIdOf, decodeAuthorization } from './decode/authorization.ts'
import { pairsToShow } from './decode/form.ts'
import { requestFields } from './request-fields.ts'

/** A line for each answer, at the level `debug`: what a program or a person did, without a word of what they sent. */
export function logRequests(app: FastifyInstance, context: Pick<Context, 'server'>): void {
  app.addHook('onResponse', async (request, reply) => {
    request.log.debug(
      {
        ...requestFields(request),
        method: request.method,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 100) / 100,
        ...(await clientOf(request, context)),
      },
      'answered',
    )
  })
}

/** The client that a request named, proven or not; a name that nobody has may be anything, a secret too. */
async function clientOf(
  { headers, body, raw }: FastifyRequest,
  { server }: Pick<Context, 'server'>,
): Promise<{ readonly client_id?: string }> {
  const header = decodeAuthorization(headers.authorization)
  const sent = typeof body === 'string' ? body : ''
  const named =
    header?.scheme === 'basic'
      ? clientIdOf(header.user)
      : (pairsToShow(sent).get('client_id') ?? pairsToShow(raw.url?.split('?')[1] ?? '').get('client_id'))
  const client = named === null ? undefined : await server.store.client(named).catch(() => undefined)
  return client ? { client_id: client.client_id } : {}
}
