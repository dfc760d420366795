import { paths } from '../../core/endpoints/paths.ts'
import { token } from '../../core/endpoints/token.ts'
import { allowOwnOrigin } from '../cors.ts'
import { sendJson } from '../encode.ts'
import { clientAuthRequest } from '../exchange.ts'
import type { Route } from '../route.ts'

/** RFC 6749 §3.2: POST only. A page reads the answer, errors included, if it is of the client's own origins. */
export const tokenRoute: Route = {
  path: paths.token,
  errors: 'oauth',
  cors: 'own',
  async POST(exchange, { server }) {
    const { request, reply, check } = exchange
    const sent = clientAuthRequest(exchange)
    // An error is for the pages of whoever the request says it is from.
    const client_id = request.headers.origin === undefined ? undefined : sent.params.get('client_id')
    allowOwnOrigin(request, reply, client_id === undefined ? undefined : await server.store.client(client_id))
    const { client, response } = await token(sent, server, check)
    allowOwnOrigin(request, reply, client)
    exchange.journey.answered(response)
    return sendJson(reply, response)
  },
}
