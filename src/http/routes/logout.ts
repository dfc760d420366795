import { logout } from '../../core/endpoints/logout.ts'
import { paths } from '../../core/endpoints/paths.ts'
import { untouched } from '../../core/interaction.ts'
import { Params } from '../../core/params.ts'
import { appOf } from '../app-of.ts'
import { askAgain } from '../ask-again.ts'
import type { Context } from '../context.ts'
import { presentLogins } from '../current-login.ts'
import { anyFormParams, type Exchange, paramsOf } from '../exchange.ts'
import { noStore, pageHeaders } from '../headers.ts'
import { keepSessions } from '../keep-session.ts'
import { logoutPage } from '../pages/logout.ts'
import { signedOutPage } from '../pages/signed-out.ts'
import { pathOf } from '../pages/site.ts'
import { beginParked, openParked, park, parkedField } from '../parked.ts'
import type { Route } from '../route.ts'
import { refuseForeignOrigin } from '../same-origin.ts'

/** OIDC RP-Initiated Logout §2: by GET and by POST; its own confirmation comes back here too. */
export const logoutRoute: Route = {
  path: paths.end_session,
  errors: 'page',
  GET: (exchange, context) => signOut(paramsOf(exchange), none, exchange, context),
  async POST(exchange, context) {
    const form = anyFormParams(exchange)
    const sealed = form.get(parkedField)
    if (sealed === undefined) {
      const again = await askAgain(exchange, context, paths.end_session, form, async () => {
        const { location } = await logout(form, [], context.server, exchange.check)
        return location === undefined ? [] : [location]
      })
      return again ?? signOut(form, none, exchange, context)
    }
    refuseForeignOrigin(exchange, context.server.issuer)
    const parked = openParked('logout', sealed, exchange, context)
    if (form.get('logout') !== 'yes') {
      return noStore(exchange.reply).code(303).header('location', pathOf(context.site, '/')).send()
    }
    return signOut(Params.parse(parked.params, exchange.check), parked.ends ?? none, exchange, context)
  },
}

/** Of no session its user has said yet that it is to end. */
const none: readonly string[] = []

/** Ends what it is about; if that must be confirmed, only once all of it is: somebody may have signed in since. */
async function signOut(params: Params, confirmed: readonly string[], exchange: Exchange, context: Context) {
  const { reply, check } = exchange
  const { server, identity, site } = context
  const present = await presentLogins(exchange, context)
  const logins = present.map(({ login }) => login)
  const { client, confirm, ends, location } = await logout(params, logins, server, check)
  if (confirm && !ends.every(sid => confirmed.includes(sid))) {
    const begun = beginParked(params, untouched, exchange, context)
    const parked = park('logout', { ...begun, ends }, exchange, context)
    const page = logoutPage(
      {
        users: present.map(({ user }) => user),
        action: pathOf(site, paths.end_session),
        hidden: { name: parkedField, value: parked },
        ...(client ? { app: client } : {}),
      },
      site,
    )
    return pageHeaders(reply, location === undefined ? {} : { formTargets: [location] }).send(page)
  }
  for (const sid of ends) {
    const sub = logins.find(it => it.sid === sid)?.sub ?? logins[0]?.sub
    await identity.endSession(sid, 'signed-out', check.by('user', sub))
    exchange.journey.ended(sid)
  }
  const others = present.filter(({ login }) => !ends.includes(login.sid))
  // A browser that sent no cookie may have one all the same.
  if (present.length > 0) keepSessions(others, exchange, context)
  if (location !== undefined) {
    return noStore(reply)
      .code(exchange.request.method === 'POST' ? 303 : 302)
      .header('location', location)
      .send()
  }
  return pageHeaders(reply).send(
    signedOutPage({ ...(client ? { app: appOf(client) } : {}), others: others.length > 0 }, site),
  )
}
