import { currentLogin } from '../current-login.ts'
import { formParams } from '../exchange.ts'
import { openParked, parkedField } from '../parked.ts'
import { proceed } from '../proceed.ts'
import type { Route } from '../route.ts'
import { refuseForeignOrigin } from '../same-origin.ts'

/** The account page: goes on as the one who is signed in, or asks for another. */
export const selectAccountRoute: Route = {
  path: '/select-account',
  errors: 'page',
  async POST(exchange, context) {
    refuseForeignOrigin(exchange, context.server.issuer)
    const form = formParams(exchange)
    const parked = openParked('authorize', form.get(parkedField), exchange, context)
    const signedIn = await currentLogin(exchange, context)
    const declined = form.get('cancel') !== undefined
    const current = form.get('account') === 'current'
    if (declined || current) {
      // Somebody else may have signed in since, in another tab: then the page asks again, with their name.
      const account = current && parked.shown?.sub === signedIn?.login.sub ? signedIn?.login.sub : undefined
      const progress = { ...parked.progress, account }
      return proceed(exchange, context, { parked: { ...parked, progress }, returned: true, signedIn, declined })
    }
    return proceed(exchange, context, { parked, returned: true, signedIn, again: {} })
  },
}
