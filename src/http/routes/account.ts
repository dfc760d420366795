import { untouched } from '../../core/interaction.ts'
import { Params } from '../../core/params.ts'
import type { User } from '../../core/user.ts'
import type { ConnectedApp, Session } from '../../identity/ports.ts'
import { sessionIdle } from '../../identity/sessions.ts'
import { bindForm, isFormFresh } from '../bound-form.ts'
import type { Context } from '../context.ts'
import { currentLogin, type SignedIn } from '../current-login.ts'
import { type Exchange, formParams, queryParams } from '../exchange.ts'
import { noStore, pageHeaders } from '../headers.ts'
import { isAdmin } from '../is-admin.ts'
import { type AccountApp, type AccountPage, accountPage, isAccountNews, type Listed } from '../pages/account.ts'
import { pathOf } from '../pages/site.ts'
import { beginParked, park, parkedField } from '../parked.ts'
import type { Route } from '../route.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { showSignIn } from './sign-in-here.ts'

/** How much of each list a page shows. */
const pageSize = 10

/** Behind every id that is yet to come: they begin with `0` to `v`. */
const newest = 'w'

/** The account of whoever is signed in; the sign-in page where nobody is. */
export const accountRoute: Route = {
  path: '/account',
  errors: 'page',
  async GET(exchange, context) {
    const query = queryParams(exchange)
    const signedIn = await currentLogin(exchange, context)
    if (!signedIn) return showSignIn(exchange, context)
    return pageHeaders(exchange.reply).send(
      accountPage(await describe(signedIn, query, exchange, context), context.site),
    )
  },
}

async function describe(
  { user, session }: SignedIn,
  query: Params,
  exchange: Exchange,
  context: Context,
): Promise<AccountPage> {
  const { clients, server } = context
  const now = server.clock.now()
  const sid = session.token.id
  const form = (path: string) => bindForm('account', path, sid, exchange, context)
  const done = query.get('done')
  // Whoever else is signed in here is not shown: then their page asks first.
  const signOut = { ...beginParked(Params.parse([], exchange.check), untouched, exchange, context), ends: [sid] }
  return {
    user,
    now,
    done: isAccountNews(done) ? done : undefined,
    looksAfter: isAdmin(user) ? 'all' : (await clients.ownsAny(user.login)) ? 'own' : undefined,
    apps: await listApps(user, query, context),
    sessions: await listSessions(session, query, context),
    appsForm: form('/account/apps'),
    sessionsForm: form('/account/sessions'),
    signOut: {
      action: pathOf(context.site, '/logout'),
      hidden: { name: parkedField, value: park('logout', signOut, exchange, context) },
    },
  }
}

async function listApps({ sub }: User, query: Params, context: Context): Promise<Listed<AccountApp>> {
  const { accounts, server } = context
  const found = await accounts.appsOfUser(sub, query.get('apps') ?? '', server.clock.now(), pageSize + 1)
  const shown = found.slice(0, pageSize)
  const last = found.length > pageSize ? shown.at(-1) : undefined
  return {
    items: await Promise.all(shown.map(app => describeApp(app, context))),
    more: last && `${new URLSearchParams({ apps: last.client_id })}`,
  }
}

async function describeApp({ client_id, parts, since, last_used_at }: ConnectedApp, { server }: Context) {
  return {
    app: (await server.store.client(client_id)) ?? { client_id },
    since,
    last_used_at,
    parts: await Promise.all(
      parts.map(async ({ audience, scope }) => ({ api: await server.store.resourceServer(audience), scopes: scope })),
    ),
  }
}

async function listSessions(
  current: Session,
  query: Params,
  { accounts, server }: Context,
): Promise<AccountPage['sessions']> {
  // It comes with a list of every browser there is.
  const { deviceName } = await import('../device-name.ts')
  const now = server.clock.now()
  const before = query.get('sessions')
  const alive = { now, used_after: now - sessionIdle, limit: pageSize + 1 }
  const found = await accounts.sessionsOfUser(current.sub, before ?? newest, alive)
  const shown = found.slice(0, pageSize)
  const last = found.length > pageSize ? shown.at(-1) : undefined
  const others = shown.filter(({ token }) => token.id !== current.token.id)
  // This one comes first, however old it is.
  const items = (before === undefined ? [current, ...others] : others).map(session => ({
    sid: session.token.id,
    device: deviceName(session.user_agent),
    address: session.address,
    last_used_at: session.token.id === current.token.id ? now : session.last_used_at,
    current: session.token.id === current.token.id,
  }))
  return { items, more: last && `${new URLSearchParams({ sessions: last.token.id })}` }
}

/** "Remove" beside an app: everything it may do for this user ends, and it asks again next time. */
export const accountAppsRoute: Route = {
  path: '/account/apps',
  errors: 'page',
  POST: (exchange, context) =>
    change(exchange, context, async ({ user: { sub } }, form) => {
      const client_id = form.require('client_id')
      const by = exchange.check.by('user', sub)
      await context.accounts.disconnectApp(sub, client_id, 'app-disconnected', context.server.clock.now(), by)
      return 'app'
    }),
}

/** "Sign out" beside a device, and everywhere else at once. */
export const accountSessionsRoute: Route = {
  path: '/account/sessions',
  errors: 'page',
  POST: (exchange, context) =>
    change(exchange, context, async ({ user: { sub }, session }, form) => {
      const { accounts, server } = context
      const now = server.clock.now()
      const by = exchange.check.by('user', sub)
      const sid = form.get('session')
      // By user too: another's session is none that can be named here.
      if (sid !== undefined) await accounts.endSessionOfUser(sub, sid, 'signed-out', now, by)
      else if (form.require('sessions') === 'others') {
        await accounts.endOtherSessions(sub, session.token.id, 'signed-out', now, by)
      }
      return sid === undefined ? 'sessions' : 'session'
    }),
}

/** Changes something of who is signed in, by a form of their own page, and goes back to that. */
async function change(
  exchange: Exchange,
  context: Context,
  work: (signedIn: SignedIn, form: Params) => Promise<string>,
) {
  refuseForeignOrigin(exchange, context.server.issuer)
  const form = formParams(exchange)
  const signedIn = await currentLogin(exchange, context)
  const back = (path: string) => noStore(exchange.reply).code(303).header('location', pathOf(context.site, path)).send()
  if (!signedIn || !isFormFresh('account', form, signedIn.login.sid, exchange, context)) return back('/account')
  return back(`/account?done=${await work(signedIn, form)}`)
}
