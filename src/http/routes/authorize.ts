import { paths } from '../../core/endpoints/paths.ts'
import { untouched } from '../../core/interaction.ts'
import type { Params } from '../../core/params.ts'
import { registeredRedirectUri } from '../../core/redirect-uri.ts'
import { askAgain } from '../ask-again.ts'
import type { Context } from '../context.ts'
import { presentLogins } from '../current-login.ts'
import { formParams, paramsOf } from '../exchange.ts'
import { beginParked } from '../parked.ts'
import { proceed } from '../proceed.ts'
import { returnsTo } from '../returns-to.ts'
import type { Answer, Route } from '../route.ts'
import { isSessionWithheld } from '../session-withheld.ts'

const answer: Answer = async (exchange, context) => {
  const parked = beginParked(paramsOf(exchange), untouched, exchange, context)
  const withheld = isSessionWithheld(exchange, context)
  let failed: unknown
  const present = await presentLogins(exchange, context).catch(error => {
    failed = error
    return []
  })
  return proceed(exchange, context, { parked, returned: false, present, withheld, failed })
}

/** OIDC Core §3.1.2.1: by GET and by POST. */
export const authorizeRoute: Route = {
  path: paths.authorization,
  errors: 'page',
  GET: answer,
  async POST(exchange, context) {
    const params = formParams(exchange)
    const again = await askAgain(exchange, context, paths.authorization, params, () => answeredAt(params, context))
    return again ?? answer(exchange, context)
  },
}

/** Nowhere, where the redirect URI is not one of the client's: its error is a page (RFC 6749 §4.1.2.1). */
async function answeredAt(params: Params, { server }: Context): Promise<readonly string[]> {
  const [client_id, redirect_uri] = [params.get('client_id'), params.get('redirect_uri')]
  if (client_id === undefined || redirect_uri === undefined) return []
  const client = await server.store.client(client_id)
  return client && registeredRedirectUri(redirect_uri, client) !== undefined ? returnsTo(client, redirect_uri) : []
}
