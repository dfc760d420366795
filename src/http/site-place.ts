import { paths } from '../core/endpoints/paths.ts'
import type { Context } from './context.ts'
import { currentLogin } from './current-login.ts'
import type { Exchange } from './exchange.ts'
import { isAdmin } from './is-admin.ts'
import { newClientPath } from './pages/advisor-state.ts'
import { clientsPath } from './pages/client-path.ts'
import type { Place, Visitor } from './pages/site.ts'
import type { Route } from './route.ts'

/** The pages of the site. Those that an app's request passes through, or a device's, are left out: their only ways are on and back. */
const places: Readonly<Record<string, Place>> = {
  '/': 'advisor',
  '/flows': 'flows',
  '/doctor': 'doctor',
  [paths.errors]: 'errors',
  [`${paths.errors}/:reason`]: 'errors',
  [`${paths.errors}/lookup`]: 'errors',
  [clientsPath]: 'apps',
  [`${clientsPath}/:id`]: 'apps',
  [`${clientsPath}/:id/advice`]: 'apps',
  [newClientPath]: 'apps',
  '/account': 'account',
  '/account/password': 'account',
  '/sign-in': 'account',
}

/** Where the pages of a route stand in the site; nothing for every other route. */
export function placeOf({ path }: Route): Place | undefined {
  return places[path]
}

/** The context for pages with the navigation of the site. */
export async function navigableAt(at: Place, exchange: Exchange, context: Context): Promise<Context> {
  const navigation = { at, visitor: await visitorOf(exchange, context) }
  return { ...context, site: { ...context.site, navigation } }
}

/** The same without it, for whoever is on their way to an app or lets a device in: they are not led elsewhere. */
export function onTheWay(context: Context): Context {
  const { navigation, ...site } = context.site
  return navigation === undefined ? context : { ...context, site }
}

async function visitorOf(exchange: Exchange, context: Context): Promise<Visitor> {
  const signedIn = await currentLogin(exchange, context)
  if (!signedIn) return { signedIn: false, looksAfterApps: false }
  const { user } = signedIn
  return { signedIn: true, looksAfterApps: isAdmin(user) || (await context.clients.ownsAny(user.login)) }
}
