import { untouched } from '../../core/interaction.ts'
import { presentLogins } from '../current-login.ts'
import { formParams } from '../exchange.ts'
import { openParked, parkedField } from '../parked.ts'
import { proceed } from '../proceed.ts'
import type { Route } from '../route.ts'
import { refuseForeignOrigin } from '../same-origin.ts'

/** The consent page's answer: allows exactly what was shown, for the one it was shown to. */
export const consentRoute: Route = {
  path: '/consent',
  errors: 'page',
  async POST(exchange, context) {
    refuseForeignOrigin(exchange, context.server.issuer)
    const form = formParams(exchange)
    const parked = openParked('authorize', form.get(parkedField), exchange, context)
    const present = await presentLogins(exchange, context)
    // "Not you?": nothing was answered, and somebody else is chosen, or signs in, first.
    if (form.get('account') === 'other') {
      const progress = present.length > 1 ? ({ ...untouched, choosing: true } as const) : parked.progress
      const again = present.length > 1 ? {} : { again: {} }
      return proceed(exchange, context, { parked: { ...parked, progress }, returned: true, present, ...again })
    }
    const allowed = form.get('consent') === 'allow'
    // Whoever was asked has signed out since, and whoever is left was not asked.
    if (allowed && !present.some(({ login }) => login.sub === parked.shown?.sub)) {
      const progress = { ...untouched, choosing: true } as const
      return proceed(exchange, context, { parked: { ...parked, progress }, returned: true, present })
    }
    const consent = allowed ? parked.shown : undefined
    const progress = { ...parked.progress, consent }
    const declined = form.get('consent') === 'deny'
    return proceed(exchange, context, { parked: { ...parked, progress }, returned: true, present, declined })
  },
}
