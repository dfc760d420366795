import { deviceAuthorization } from '../../core/endpoints/device-authorization.ts'
import { paths } from '../../core/endpoints/paths.ts'
import { sendJson } from '../encode.ts'
import { clientAuthRequest } from '../exchange.ts'
import type { Route } from '../route.ts'

/** RFC 8628 §3.1: POST only. No page reads the answer: what runs in a browser can redirect. */
export const deviceAuthorizationRoute: Route = {
  path: paths.device_authorization,
  errors: 'oauth',
  async POST(exchange, { server }) {
    const response = await deviceAuthorization(clientAuthRequest(exchange), server, exchange.check)
    exchange.journey.wrote('device_code', response.device_code.slice(0, response.device_code.indexOf('.')))
    exchange.journey.answered(response)
    return sendJson(exchange.reply, response)
  },
}
