import { paths } from '../../core/endpoints/paths.ts'
import { userinfo } from '../../core/endpoints/userinfo.ts'
import { Params } from '../../core/params.ts'
import { allowOrigin } from '../cors.ts'
import { sendJson } from '../encode.ts'
import { clientAuthRequest, type Exchange, formParams } from '../exchange.ts'
import type { Answer, Route } from '../route.ts'

const answer: Answer = async (exchange, { server }) => {
  await allowOrigin(exchange.request, exchange.reply, 'registered', server)
  const request = clientAuthRequest(exchange, bodyParams(exchange))
  const claims = await userinfo(request, server, exchange.check)
  exchange.journey.answered(claims)
  return sendJson(exchange.reply, claims)
}

/** A token may come in a form (RFC 6750 §2.2); a GET, or a POST without a body, has none. */
function bodyParams(exchange: Exchange): Params {
  const { request } = exchange
  const empty = request.method === 'GET' || request.body === undefined || request.body === null
  return empty ? Params.parse([], exchange.check) : formParams(exchange)
}

/** OIDC Core §5.3.1: by GET and by POST. */
export const userinfoRoute: Route = {
  path: paths.userinfo,
  errors: 'bearer',
  cors: 'registered',
  GET: answer,
  POST: answer,
}
