import type { Progress } from '../../core/interaction.ts'
import { presentLogins } from '../current-login.ts'
import { formParams } from '../exchange.ts'
import { keepSessions } from '../keep-session.ts'
import { openParked, parkedField } from '../parked.ts'
import { proceed } from '../proceed.ts'
import type { Route } from '../route.ts'
import { refuseForeignOrigin } from '../same-origin.ts'

/** The page of accounts: goes on as the one that is chosen, asks for another, or signs one out and asks again. */
export const selectAccountRoute: Route = {
  path: '/select-account',
  errors: 'page',
  async POST(exchange, context) {
    refuseForeignOrigin(exchange, context.server.issuer)
    const form = formParams(exchange)
    const parked = openParked('authorize', form.get(parkedField), exchange, context)
    const present = await presentLogins(exchange, context)
    if (form.get('cancel') !== undefined)
      return proceed(exchange, context, { parked, returned: true, present, declined: true })
    // From here on nobody is meant but whom they name: who is left may be somebody they did not see.
    const progress: Progress = { ...parked.progress, account: undefined, choosing: true }
    const leaving = present.find(it => it.login.sid === form.get('sign_out'))
    if (leaving) {
      const { sid, sub } = leaving.login
      await context.identity.endSession(sid, 'signed-out', exchange.check.by('user', sub))
      exchange.journey.ended(sid)
      const others = present.filter(it => it !== leaving)
      keepSessions(others, exchange, context)
      return proceed(exchange, context, { parked: { ...parked, progress }, returned: true, present: others })
    }
    const account = form.get('account')
    if (account === 'other')
      return proceed(exchange, context, { parked: { ...parked, adds: true }, returned: true, present, again: {} })
    // "Continue as …" without an id is whom the page named, whoever signed in since, in another tab.
    const named = account === 'current' ? parked.shown?.sub : undefined
    const chosen = present.find(it => it.login.sid === account || it.login.sub === named)
    if (!chosen) return proceed(exchange, context, { parked: { ...parked, progress }, returned: true, present })
    // First, for it is now the one used last.
    keepSessions([chosen, ...present.filter(it => it !== chosen)], exchange, context)
    const as = { ...progress, account: chosen.login.sub }
    return proceed(exchange, context, { parked: { ...parked, progress: as }, returned: true, present })
  },
}
