import type { ClientQuery, ListedClient } from '../../admin/ports.ts'
import { driftOf } from '../../advisor/drift.ts'
import type { StoredAdvice } from '../../advisor/stored-advice.ts'
import type { Params } from '../../core/params.ts'
import { currentLogin } from '../current-login.ts'
import { queryParams } from '../exchange.ts'
import { pageHeaders } from '../headers.ts'
import { isAdmin } from '../is-admin.ts'
import { clientsPath } from '../pages/client-path.ts'
import { clientsPage } from '../pages/clients.ts'
import { pathOf } from '../pages/site.ts'
import { retiredFlowsOf } from '../retired-flows.ts'
import type { Route } from '../route.ts'
import { showSignIn } from './sign-in-here.ts'

/** How much of the list a page shows. */
const pageSize = 50

/** The apps that whoever is signed in owns; all of them, for an administrator. */
export const clientsRoute: Route = {
  path: clientsPath,
  errors: 'page',
  async GET(exchange, context) {
    const { accounts, clients, server, site } = context
    const query = queryParams(exchange)
    const signedIn = await currentLogin(exchange, context)
    if (!signedIn)
      return showSignIn(exchange, context, undefined, { to: 'clients', address: pathOf(site, clientsPath) })
    const admin = isAdmin(signedIn.user)
    const q = (query.get('q') ?? '').trim().slice(0, 200)
    const after = placeIn(query)
    const owner = admin ? undefined : signedIn.user.login
    const page = await clients.list({ owner, q, after, limit: pageSize })
    const more =
      page.next &&
      `${new URLSearchParams({ ...(q === '' ? {} : { q }), name: page.next.name, after: page.next.client_id })}`
    const described = {
      apps: page.clients.map(describe),
      admin,
      q,
      later: after !== undefined,
      more,
      now: server.clock.now(),
      setUp: !admin && !(await accounts.hasAdmin()),
    }
    return pageHeaders(exchange.reply).send(clientsPage(described, site))
  },
}

function placeIn(query: Params): ClientQuery['after'] {
  const [name, client_id] = [query.get('name'), query.get('after')]
  return name === undefined || client_id === undefined ? undefined : { name, client_id }
}

function describe(client: ListedClient) {
  // What was registered passed the rules of the apply file.
  const advice = client.grantwise.advice as StoredAdvice | null
  return {
    client,
    drift: advice === null ? undefined : driftOf(advice, client),
    retired: retiredFlowsOf(client).length > 0,
  }
}
