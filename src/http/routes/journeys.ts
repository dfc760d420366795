import { isAtThisMachine } from '../at-this-machine.ts'
import type { Context } from '../context.ts'
import { currentLogin } from '../current-login.ts'
import { sendJson } from '../encode.ts'
import { type Exchange, queryParams } from '../exchange.ts'
import { isAdmin } from '../is-admin.ts'
import { isHostOf } from '../other-host.ts'
import type { Route } from '../route.ts'

/** Everybody's requests: for administrators, and with --dev for whoever sits at this machine. */
async function refuseOthers(exchange: Exchange, context: Context): Promise<void> {
  const { check } = exchange
  refuseElsewhere(exchange, context)
  if (context.dev && isAtThisMachine(exchange, context)) return
  const signedIn = await currentLogin(exchange, context)
  if (!signedIn) throw check.refused('admin-not-signed-in', 'sign in as an administrator')
  check.passed('admin-not-signed-in')
  if (!isAdmin(signedIn.user)) {
    throw check.refused('admin-role-missing', 'only an administrator may see this', { sub: signedIn.user.sub })
  }
  check.passed('admin-role-missing')
}

/** Asked under our own name, by nobody's page or by our own: a name that was rebound to this address is another. */
function refuseElsewhere({ request, check }: Exchange, { server }: Context): void {
  const own = new URL(server.issuer)
  const { host, origin, 'sec-fetch-site': site } = request.raw.headers
  const right = host !== undefined && isHostOf(own, host)
  const ours = origin === undefined || origin === own.origin
  const direct = site === undefined || site === 'none' || site === 'same-origin'
  if (!right || !ours || !direct) {
    throw check.refused('asked-from-elsewhere', 'this is answered at the address of the server itself only', {
      host,
      origin,
      sec_fetch_site: typeof site === 'string' ? site : undefined,
      expected: own.host,
    })
  }
  check.passed('asked-from-elsewhere')
}

/** The newest first, at most 200; `next` says what to ask for `after`. */
export const journeysRoute: Route = {
  path: '/api/journeys',
  errors: 'oauth',
  async GET(exchange, context) {
    await refuseOthers(exchange, context)
    const params = queryParams(exchange)
    const limit = /^\d{1,4}$/.test(params.get('limit') ?? '') ? Number(params.get('limit')) : 50
    const { journeys, next } = await context.journeys.list({ after: params.get('after'), limit })
    return sendJson(exchange.reply, { journeys, next: next ?? null, keeps: context.journeys.sampling })
  },
}

/** One in full, by its id or by the reference number of one of its requests. */
export const journeyRoute: Route = {
  path: '/api/journeys/:id',
  errors: 'oauth',
  async GET(exchange, context) {
    await refuseOthers(exchange, context)
    const { id } = exchange.request.params as { readonly id: string }
    const journey = (await context.journeys.journey(id)) ?? (await context.journeys.find(id))?.journey
    if (!journey) throw exchange.check.refused('journey-unknown', 'no journey has this id, or it is forgotten')
    return sendJson(exchange.reply, journey)
  },
}
