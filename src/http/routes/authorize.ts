import { paths } from '../../core/endpoints/paths.ts'
import { untouched } from '../../core/interaction.ts'
import { askAgainByGet } from '../ask-again-by-get.ts'
import { presentLogins } from '../current-login.ts'
import { paramsOf } from '../exchange.ts'
import { beginParked } from '../parked.ts'
import { proceed } from '../proceed.ts'
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
  POST: async (exchange, context) => askAgainByGet(exchange, context) ?? answer(exchange, context),
}
