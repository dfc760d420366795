import type { FastifyReply } from 'fastify'
import type { Client } from '../core/client.ts'
import { errorUri } from '../core/error-uri.ts'
import type { OAuthError } from '../core/errors.ts'
import { reasons } from '../core/reasons.ts'
import type { Delivery } from '../core/response-modes/response-mode.ts'
import { appOf } from './app-of.ts'
import type { Exchange } from './exchange.ts'
import { noStore, pageHeaders } from './headers.ts'
import { formPostPage, formPostScriptSource } from './pages/form-post.ts'
import type { Site } from './pages/site.ts'
import { webMessagePage, webMessageScriptSource } from './pages/web-message.ts'

/** The status that goes with an error at endpoints that answer in JSON (RFC 6749 §5.2, RFC 6750 §3.1). */
export function statusOf({ error, reason }: OAuthError): number {
  const { status } = reasons[reason]
  if (status !== undefined) return status
  switch (error) {
    case 'invalid_client':
    case 'invalid_token':
      return 401
    case 'insufficient_scope':
      return 403
    default:
      return 400
  }
}

export function sendJson(reply: FastifyReply, body: object): FastifyReply {
  return noStore(reply).type('application/json').send(JSON.stringify(body))
}

/** The members of an error, with the page that explains it (RFC 6749 §5.2). */
function membersOf({ error, error_description, reason }: OAuthError, issuer: string): Record<string, string> {
  return { error, error_description, error_uri: errorUri(issuer, reason) }
}

/** An error as RFC 6749 §5.2 writes it. */
export function sendError({ reply, journey }: Exchange, error: OAuthError, issuer: string): FastifyReply {
  reply.code(statusOf(error))
  const { retry_after } = error.detail
  if (typeof retry_after === 'number') reply.header('retry-after', String(retry_after))
  if (error.error === 'invalid_client') {
    // RFC 6749 §5.2: a 401 MUST name a scheme; and the error too, since libraries show the challenge before the body.
    const said = `error="${error.error}", error_description="${error.error_description}"`
    reply.header('www-authenticate', `Basic realm="Grantwise", ${said}`)
  }
  const members = membersOf(error, issuer)
  journey.answered(members)
  return sendJson(reply, members)
}

/** An error of a resource: a challenge in the header (RFC 6750 §3), with no code when no token came at all. */
export function sendBearerError({ reply, journey }: Exchange, error: OAuthError, issuer: string): FastifyReply {
  const members = membersOf(error, issuer)
  journey.answered(members)
  if (error.reason === 'token-missing') {
    return sendJson(reply.code(statusOf(error)).header('www-authenticate', 'Bearer realm="Grantwise"'), members)
  }
  const said = Object.entries(members).map(([name, value]) => `${name}="${value}"`)
  const scope = error.error === 'insufficient_scope' ? ['scope="openid"'] : []
  const challenge = `Bearer realm="Grantwise", ${[...said, ...scope].join(', ')}`
  return sendJson(reply.code(statusOf(error)).header('www-authenticate', challenge), members)
}

/** Sends the browser on with the answer: 302 after a GET, 303 after a POST so that no form is posted again. */
export function sendDelivery(
  { request, reply, journey }: Exchange,
  delivery: Delivery,
  client: Client,
  site: Site,
): FastifyReply {
  if (delivery.kind === 'redirect') {
    return noStore(reply)
      .code(request.method === 'POST' ? 303 : 302)
      .header('location', delivery.location)
      .header('referrer-policy', 'no-referrer')
      .send()
  }
  const app = appOf(client)
  const params = Object.fromEntries(delivery.fields)
  if (delivery.kind === 'form_post') {
    const { action } = delivery
    journey.answered(params, action)
    const page = formPostPage({ app, redirect_uri: action, params }, site)
    return pageHeaders(reply, { formTargets: [action], script: formPostScriptSource }).send(page)
  }
  const { origin } = delivery
  journey.answered(params, origin)
  // The one page that may be framed: it holds no more than what its client gets anyway, and nothing to press.
  const framedBy = client.grantwise.web_origins
  return pageHeaders(reply, { script: webMessageScriptSource, framedBy }).send(
    webMessagePage({ app, origin, params }, site),
  )
}
