import type { RequestFacts } from '../journeys/trace.ts'
import type { Context } from './context.ts'
import { clientIdOf, decodeAuthorization } from './decode/authorization.ts'
import { pairsToShow } from './decode/form.ts'
import type { Exchange } from './exchange.ts'
import type { Route } from './route.ts'

export type { RequestJourney } from '../journeys/recording.ts'

/** Hands a request that is answered over to the journeys, which keep of it what may be seen. */
export function closeJourney(exchange: Exchange, { path }: Route, { journeys }: Context): void {
  // Sent to our own name first: the request that counts is still to come.
  const status = exchange.reply.statusCode
  if (status !== 307) journeys.close(exchange.journey, { path, status }, () => factsOf(exchange, path))
}

function factsOf({ request, reply }: Exchange, path: string): RequestFacts {
  const { url = '', headers } = request.raw
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : ''
  const body = typeof request.body === 'string' ? request.body : ''
  const header = decodeAuthorization(headers.authorization)
  const location = reply.getHeader('location')
  return {
    method: request.method,
    path,
    parameters: [...pairsToShow(query), ...pairsToShow(body)],
    authorization:
      header?.scheme === 'basic'
        ? { client_id: clientIdOf(header.user) }
        : header?.scheme === 'bearer'
          ? { token: header.token }
          : header && {},
    status: reply.statusCode,
    location: typeof location === 'string' ? location : undefined,
  }
}
