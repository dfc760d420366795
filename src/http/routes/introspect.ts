import { introspect } from '../../core/endpoints/introspect.ts'
import { paths } from '../../core/endpoints/paths.ts'
import { sendJson } from '../encode.ts'
import { clientAuthRequest } from '../exchange.ts'
import type { Route } from '../route.ts'

/** RFC 7662 §2.1: POST only, for servers; no page may read it. */
export const introspectRoute: Route = {
  path: paths.introspection,
  errors: 'oauth',
  async POST(exchange, { server }) {
    const answer = await introspect(clientAuthRequest(exchange), server, exchange.check)
    exchange.journey.answered(answer)
    return sendJson(exchange.reply, answer)
  },
}
