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
    if (request.headers.origin !== undefined) {
      const client_id = sent.params.get('client_id')
      allowOwnOrigin(request, reply, client_id === undefined ? undefined : await server.store.client(client_id))
    }
    const { response } = await token(sent, server, check)
    return sendJson(reply, response)
  },
}
