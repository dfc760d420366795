import type { FastifyReply, FastifyRequest } from 'fastify'
import { OAuthError } from '../core/errors.ts'
import { TooManySignIns } from '../identity/passwords.ts'
import { StoreUnavailable } from '../store/unavailable.ts'
import type { Context } from './context.ts'
import { sendBearerError, sendError, sendJson } from './encode.ts'
import { wordsFor } from './error-words.ts'
import type { Exchange } from './exchange.ts'
import { pageHeaders } from './headers.ts'
import { errorPage, type StatusPage, statusPage } from './pages/error.ts'
import type { Route } from './route.ts'

/** Turns whatever a route threw into its one reply and its one log line. */
export function sendFailure(error: unknown, exchange: Exchange, route: Route, context: Context): FastifyReply {
  const { request, reply, journey } = exchange
  reply.removeHeader('set-cookie')
  if (error instanceof OAuthError) {
    const { reason, detail } = error
    request.log.info({ reference: journey.id, reason, sentence: error.message, detail }, 'refused')
    if (route.errors === 'oauth') return sendError(exchange, error, context.server.issuer)
    if (route.errors === 'bearer') return sendBearerError(exchange, error, context.server.issuer)
    const page = errorPage({ ...wordsFor(reason), reference: journey.id }, context.site)
    return pageHeaders(reply).code(400).send(page)
  }
  return sendBroken(error, request, reply, context, route.errors === 'page')
}

/** What Fastify refused before a route saw it, or what broke outside of one. */
export function sendMalformed(
  error: Error & { readonly statusCode?: number; readonly code?: string },
  request: FastifyRequest,
  reply: FastifyReply,
  context: Context,
): FastifyReply {
  const { statusCode = 500 } = error
  if (statusCode >= 500) return sendBroken(error, request, reply, context, wantsPage(request))
  request.log.info({ reference: request.id, code: error.code }, 'malformed request')
  const error_description = statusCode === 413 ? 'the body is larger than 100 kB' : 'the request is malformed'
  return sendJson(reply.code(statusCode), { error: 'invalid_request', error_description })
}

/** Our own trouble: 503 with a time to come back where that helps, otherwise 500. */
function sendBroken(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  context: Context,
  page: boolean,
): FastifyReply {
  const busy = error instanceof StoreUnavailable || error instanceof TooManySignIns
  const reference = request.id
  request.log[busy ? 'warn' : 'error']({ reference, err: error }, busy ? 'unavailable' : 'failed')
  if (busy) reply.header('retry-after', String(error instanceof TooManySignIns ? error.retry_after : 1))
  const status = busy ? 503 : 500
  if (page) return pageHeaders(reply).code(status).send(statusPage({ status, reference }, context.site))
  return sendJson(reply.code(status), {
    error: busy ? 'temporarily_unavailable' : 'server_error',
    error_description: busy ? 'the server is busy; try again in a moment' : `the server failed; reference ${reference}`,
  })
}

/** Nothing here, or not by this method: a page for people, JSON for programs. */
export function sendStatus(
  status: 404 | 405,
  request: FastifyRequest,
  reply: FastifyReply,
  { site }: Context,
): FastifyReply {
  const known: StatusPage = { status }
  if (wantsPage(request)) return pageHeaders(reply).code(status).send(statusPage(known, site))
  const error_description =
    status === 404 ? 'there is nothing at this path' : 'this path does not answer to this method'
  return sendJson(reply.code(status), { error: 'invalid_request', error_description })
}

function wantsPage(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') ?? false
}
