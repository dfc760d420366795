import { paths } from '../../core/endpoints/paths.ts'
import { revoke } from '../../core/endpoints/revoke.ts'
import { allowOrigin } from '../cors.ts'
import { sendJson } from '../encode.ts'
import { clientAuthRequest } from '../exchange.ts'
import type { Route } from '../route.ts'

/** RFC 7009 §2: 200 whatever became of the token, with a JSON body since some libraries parse it. */
export const revokeRoute: Route = {
  path: paths.revocation,
  errors: 'oauth',
  cors: 'registered',
  async POST(exchange, { server }) {
    await allowOrigin(exchange.request, exchange.reply, 'registered', server)
    await revoke(clientAuthRequest(exchange), server, exchange.check)
    return sendJson(exchange.reply, {})
  },
}
