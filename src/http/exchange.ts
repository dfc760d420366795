import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Check, createCheck } from '../core/check.ts'
import type { AuthorizationHeader, ClientAuthRequest } from '../core/client-auth/method.ts'
import { Params } from '../core/params.ts'
import type { Journeys } from '../journeys/journeys.ts'
import { decodeAuthorization } from './decode/authorization.ts'
import { decodeForm } from './decode/form.ts'
import type { RequestJourney } from './journey.ts'
import { isRepeated } from './repeated-header.ts'

/** One request and its reply, with the check that everything decided about it goes through. */
export interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly journey: RequestJourney
  readonly check: Check
}

export function openExchange(request: FastifyRequest, reply: FastifyReply, journeys: Journeys): Exchange {
  const journey = journeys.open(request.id)
  return { request, reply, journey, check: createCheck(journey, () => request.ip) }
}

/** The part of the URL after the question mark. */
export function queryOf({ request }: Exchange): string {
  const { url = '' } = request.raw
  const mark = url.indexOf('?')
  return mark < 0 ? '' : url.slice(mark + 1)
}

/** The parameters of the query. @throws `invalid_request` */
export function queryParams(exchange: Exchange): Params {
  return Params.parse(decodeForm(queryOf(exchange), exchange.check), exchange.check)
}

/** The parameters of the posted form; what the URL says besides is not read (RFC 6749 §3.2). @throws `invalid_request` */
export function formParams(exchange: Exchange): Params {
  const { request, check } = exchange
  const { body } = request
  if (typeof body !== 'string') {
    throw check.refused('body-malformed', 'send a form (application/x-www-form-urlencoded)', {
      content_type: request.headers['content-type'],
    })
  }
  const query = queryOf(exchange)
  if (query !== '') refuseSecretsInUrl(decodeForm(query, check), check)
  return Params.parse(decodeForm(body, check), check)
}

/** The same of a form whose every field may be left out: without any, a client need not send one. @throws `invalid_request` */
export function anyFormParams(exchange: Exchange): Params {
  const { headers } = exchange.request
  const none = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0
  return none ? Params.parse([], exchange.check) : formParams(exchange)
}

/** The parameters of a request that may come either way (OIDC Core §3.1.2.1). */
export function paramsOf(exchange: Exchange): Params {
  return exchange.request.method === 'POST' ? formParams(exchange) : queryParams(exchange)
}

/** What a client sent to prove itself, with its parameters. */
export function clientAuthRequest(exchange: Exchange, params: Params = formParams(exchange)): ClientAuthRequest {
  return { authorization: authorizationOf(exchange.request), params }
}

const secrets = [
  'client_secret',
  'client_assertion',
  'refresh_token',
  'code',
  'code_verifier',
  'device_code',
  'password',
  'token',
  'access_token',
]

/** Two are two methods at once (RFC 6749 §2.3). */
function authorizationOf({ raw, headers }: FastifyRequest): AuthorizationHeader | undefined {
  const { authorization } = headers
  if (authorization === undefined) return undefined
  return isRepeated(raw, 'authorization') ? { scheme: 'unreadable' } : decodeAuthorization(authorization)
}

/** RFC 6749 §2.3.1: credentials MUST NOT be in the request URI, whoever puts them there. @throws `invalid_request` */
export function refuseSecretsInUrl(parameters: readonly (readonly [string, string])[], check: Check): void {
  const found = parameters.find(([name]) => secrets.includes(name))
  if (found) {
    const [parameter] = found
    throw check.refused('secret-in-url', 'send this in the body of the request, never in its URL', {
      parameter,
    })
  }
}
