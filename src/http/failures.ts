import type { FastifyReply, FastifyRequest } from 'fastify'
import { OAuthError } from '../core/errors.ts'
import { type ReasonId, reasons } from '../core/reasons.ts'
import type { RetiredUse } from '../core/retired.ts'
import { TooManySignIns } from '../identity/passwords.ts'
import type { Refusal } from '../journeys/recording.ts'
import { scrubDetail } from '../journeys/redact.ts'
import { StoreUnavailable } from '../store/unavailable.ts'
import { askingClient } from './asking-client.ts'
import type { Context } from './context.ts'
import { sendBearerError, sendError, statusOf } from './encode.ts'
import { type Exchange, openExchange } from './exchange.ts'
import { pageHeaders } from './headers.ts'
import { type StatusPage, statusPage } from './pages/error.ts'
import { refusalPage } from './refusal-page.ts'
import { requestFields } from './request-fields.ts'
import type { Route } from './route.ts'
import { type Viewer, viewerOf } from './viewer.ts'

/** Turns whatever a route threw into its one reply and its one log line. */
export async function sendFailure(
  error: unknown,
  exchange: Exchange,
  route: Route,
  context: Context,
): Promise<FastifyReply> {
  exchange.reply.removeHeader('set-cookie')
  const refusal = error instanceof OAuthError ? logRefusal(error, exchange) : brokenBy(error, exchange)
  return sendRefusal(refusal, exchange, route.errors, context)
}

/** What Fastify refused before a route saw it, or what broke outside of one. */
export async function sendMalformed(
  error: Error & { readonly statusCode?: number; readonly code?: string },
  request: FastifyRequest,
  reply: FastifyReply,
  context: Context,
): Promise<FastifyReply> {
  const exchange = openExchange(request, reply, context.journeys)
  const { statusCode = 500 } = error
  const refusal = statusCode >= 500 ? brokenBy(error, exchange) : malformedBy(error, exchange)
  return sendRefusal(refusal, exchange, wantsPage(request) ? 'page' : 'oauth', context)
}

/** Nothing here, or not by this method: a page for people, JSON for programs. */
export async function sendStatus(
  status: 404 | 405,
  request: FastifyRequest,
  reply: FastifyReply,
  context: Context,
): Promise<FastifyReply> {
  const exchange = openExchange(request, reply, context.journeys)
  const refusal =
    status === 404
      ? exchange.check.refused('path-unknown', 'there is nothing at this path')
      : exchange.check.refused('method-not-allowed', 'this path does not answer to this method')
  return sendRefusal(refusal, exchange, wantsPage(request) ? 'page' : 'oauth', context)
}

function logRefusal(error: OAuthError, { request }: Exchange): OAuthError {
  const { reason, detail, message } = error
  logRefused({ reason, sentence: message, detail }, request)
  return error
}

/** The line of a refusal: its exact reason, and its facts without anything that looks like a token. To be told to wait is no news. */
export function logRefused({ reason, sentence, detail }: Refusal, request: FastifyRequest): void {
  const level = reasons[reason].waits ? 'debug' : 'info'
  request.log[level]({ ...requestFields(request), reason, sentence, detail }, 'refused')
}

/** The line of what was let through, for the operator who would refuse it under a stricter setting. */
export function logNotice({ reason, sentence, detail }: Refusal, request: FastifyRequest): void {
  request.log.info({ ...requestFields(request), reason, sentence, detail }, 'let through')
}

/** The line of a retired flow that was used: by whom, why it is retired, and what to move to. */
export function logRetired(use: RetiredUse, request: FastifyRequest): void {
  request.log.info({ ...requestFields(request), ...use }, 'retired flow')
}

const malformed: Readonly<Record<string, readonly [ReasonId, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', 'the body is larger than 100 kB'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['media-type-unsupported', 'Content-Type is not a media type'],
  MANY_HEADERS: ['headers-too-large', 'the header fields are larger than 16 kB, or there are a thousand'],
  BODY_NOT_UTF8: ['body-malformed', 'the body is not UTF-8'],
  FST_ERR_MAX_PARAM_LENGTH: ['path-unknown', 'there is nothing at this path'],
  FST_ERR_BAD_URL: ['url-malformed', 'the path of the URL is not percent-encoded UTF-8'],
}

function malformedBy(error: Error & { readonly code?: string }, exchange: Exchange): OAuthError {
  const [reason, sentence] = malformed[error.code ?? ''] ?? ['request-unreadable', 'the request is malformed']
  return logRefusal(exchange.check.refused(reason, sentence, { code: error.code }), exchange)
}

/** Our own trouble, logged: 503 with a time to come back where that helps, otherwise 500. */
export function brokenBy(error: unknown, { request, check }: Exchange): OAuthError {
  const busy = error instanceof StoreUnavailable || error instanceof TooManySignIns
  const reference = request.id
  request.log[busy ? 'warn' : 'error']({ ...requestFields(request), err: error }, busy ? 'unavailable' : 'failed')
  if (!busy) return check.refused('server-failed', `the server failed; reference ${reference}`)
  const retry_after = error instanceof TooManySignIns ? error.retry_after : 1
  return check.refused('server-busy', 'the server is busy; try again in a moment', { retry_after })
}

/** The one reply of a refusal, as its route's errors look. */
async function sendRefusal(
  error: OAuthError,
  exchange: Exchange,
  form: Route['errors'],
  context: Context,
): Promise<FastifyReply> {
  context.measured?.metrics.refused(error.reason)
  if (form === 'oauth') return sendError(exchange, error, context.server.issuer)
  if (form === 'bearer') return sendBearerError(exchange, error, context.server.issuer)
  const { retry_after } = error.detail
  if (typeof retry_after === 'number') exchange.reply.header('retry-after', String(retry_after))
  const page = await pageFor(error, exchange, context)
  return pageHeaders(exchange.reply).code(statusOf(error)).send(page)
}

/** These know nothing of any app: their page says what is here instead. */
const statusPages: Readonly<Partial<Record<ReasonId, StatusPage['status']>>> = {
  'path-unknown': 404,
  'method-not-allowed': 405,
  'server-failed': 500,
  'server-busy': 503,
}

async function pageFor(error: OAuthError, exchange: Exchange, context: Context): Promise<string> {
  const { site } = context
  const { reason, detail } = error
  const reference = exchange.journey.id
  const status = statusPages[reason]
  if (status !== undefined) return statusPage({ status, ...(status < 500 ? {} : { reference }) }, site)
  const viewer = await viewerOrStranger(detail['client_id'], exchange, context)
  return refusalPage({ reason, detail: scrubDetail(detail), reference, viewer }, context)
}

/** Whoever it is: where that cannot be found out, a page for strangers is better than none. */
async function viewerOrStranger(named: unknown, exchange: Exchange, context: Context): Promise<Viewer> {
  try {
    const client_id = typeof named === 'string' ? named : askingClient(exchange, context)
    return await viewerOf(exchange, context, client_id)
  } catch {
    return 'anybody'
  }
}

function wantsPage(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') ?? false
}
