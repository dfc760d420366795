import { isDeepStrictEqual } from 'node:util'
import type { FastifyReply } from 'fastify'
import { ApplyRefused } from '../../admin/apply-refused.ts'
import type { PlannedChange } from '../../admin/change-advised.ts'
import type { ChangeTyped } from '../../admin/changed-client.ts'
import { entryOf } from '../../admin/client-entry.ts'
import { ChangedMeanwhile, PageAnswered } from '../../admin/ports.ts'
import type { Problem } from '../../admin/problem.ts'
import type { Client } from '../../core/client.ts'
import { advisorStateOf } from '../advisor-state-of.ts'
import { bindForm, type OpenedForm, openForm } from '../bound-form.ts'
import type { Context } from '../context.ts'
import { currentLogin } from '../current-login.ts'
import { statusOf } from '../encode.ts'
import { type Exchange, formParams } from '../exchange.ts'
import { type FollowedPart, followAdvice } from '../follow-advice.ts'
import { noStore, pageHeaders } from '../headers.ts'
import { readTyped } from '../new-client-form.ts'
import { type AdvisorState, addressOf } from '../pages/advisor-state.ts'
import { type ChangeNews, changeClientPage } from '../pages/change-client.ts'
import { changeClientDonePage } from '../pages/change-client-done.ts'
import type { ChangeFields } from '../pages/change-client-fields.ts'
import { changePath, clientPath } from '../pages/client-path.ts'
import { notYetPage } from '../pages/new-client-instead.ts'
import { pathOf } from '../pages/site.ts'
import { recentRequests } from '../recent-requests.ts'
import type { Route } from '../route.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { type SeenClient, seeClient } from '../see-client.ts'
import { showSignInFor } from './client.ts'

/** Has an app follow another advice: shows what that does to it, and then does it. Its address holds the answers. */
export const changeClientRoute: Route = {
  path: '/clients/:id/advice',
  errors: 'page',
  async GET(exchange, context) {
    const state = advisorStateOf(exchange)
    const signedIn = await currentLogin(exchange, context)
    if (!signedIn) return showSignInFor(exchange, context)
    const seen = await seeClient(signedIn, exchange, context)
    const following = await followOne(state, exchange, context)
    if (!following) return backToAdvisor(state, seen.client, exchange, context)
    return show({ seen, following, typed: typedOf(seen.client) }, exchange, context)
  },
  async POST(exchange, context) {
    const { check } = exchange
    refuseForeignOrigin(exchange, context.server.issuer)
    const form = formParams(exchange)
    const signedIn = await currentLogin(exchange, context)
    // Their session ended while they read: the address has the answers, and nothing is done.
    if (!signedIn) return showSignInFor(exchange, context)
    const opened = openForm('change-client', form, signedIn.login.sid, exchange, context)
    const carried = JSON.parse(opened.carried) as Carried
    const seen = await seeClient(signedIn, exchange, context)
    const { client, admin } = seen
    if (carried.client_id !== client.client_id)
      throw check.refused('page-foreign', 'this form was not made for this app')
    if (!admin) throw check.refused('admin-role-missing', 'only an administrator changes an app')
    check.passed('admin-role-missing')
    const following = await followOne(carried.state, exchange, context)
    if (!following) return backToAdvisor(carried.state, client, exchange, context)
    const { redirect_uris, audiences, federated, network } = readTyped(form, '')
    const typed = { redirect_uris, audiences, federated, network }
    const page = { seen, following, typed }
    if (!opened.fresh) return show({ ...page, news: 'expired', status: 400 }, exchange, context)
    if (form.get('do') !== 'change') return show(page, exchange, context)
    // What is done is what was shown.
    const asShown = isDeepStrictEqual(changeTyped(typed, following), changeTyped(carried.typed, following))
    if (carried.stamp === undefined || !asShown) return show({ ...page, news: 'typed' }, exchange, context)
    return change({ ...page, carried, stamp: carried.stamp }, opened, exchange, context)
  },
}

/** The one advice that is followed, and the answers that led to it. */
type Following = FollowedPart & { readonly state: AdvisorState }

async function followOne(given: AdvisorState, exchange: Exchange, context: Context): Promise<Following | undefined> {
  const state = { ...given, parts: [] }
  const [part] = (await followAdvice(state, exchange, context))?.parts ?? []
  return part && { ...part, state }
}

type TypedFields = ChangeFields['typed']

/** What the form takes along: what it was shown for, and what of the client was shown. */
interface Carried {
  readonly id: string
  readonly client_id: string
  readonly state: AdvisorState
  readonly typed: TypedFields
  /** Absent where nothing could be shown yet. */
  readonly stamp?: string | undefined
}

function backToAdvisor(
  state: AdvisorState,
  { client_id }: Client,
  { reply }: Exchange,
  { site }: Context,
): FastifyReply {
  return noStore(reply)
    .code(303)
    .header('location', addressOf({ ...state, client: client_id }, site))
    .send()
}

/** What an app has of that which would have to be typed. */
function typedOf({ redirect_uris, grantwise: { audiences, federated, network_policy } }: Client): TypedFields {
  const { issuer = '', subject = '' } = federated ?? {}
  const { cidrs = [], text = '' } = network_policy ?? {}
  return { redirect_uris, audiences, federated: { issuer, subject }, network: { cidrs, text } }
}

/** Of what was typed, that which this advice asks for. */
function changeTyped({ redirect_uris, audiences, federated, network }: TypedFields, { asked }: Following): ChangeTyped {
  return {
    ...(asked.redirects ? { redirect_uris } : {}),
    ...(asked.apis.length > 0 ? { audiences } : {}),
    ...(asked.platform ? { federated } : {}),
    ...(asked.network ? { network } : {}),
  }
}

interface Shown {
  readonly seen: SeenClient
  readonly following: Following
  readonly typed: TypedFields
  readonly news?: ChangeNews
  readonly status?: number
}

async function show(
  { seen, following, typed, news, status = 200 }: Shown,
  exchange: Exchange,
  context: Context,
): Promise<FastifyReply> {
  const { client, signedIn, admin } = seen
  const { state, result, asked, missing } = following
  const { server, site } = context
  if (missing.length > 0)
    return pageHeaders(exchange.reply).send(
      notYetPage({ state: { ...state, client: client.client_id }, result, missing }, site),
    )
  const { planned, problems } = await plan(client, following, typed, context)
  const { client_id } = client
  const carried: Carried = { id: server.random.id(), client_id, state, typed, stamp: planned?.stamp }
  const { sid } = signedIn.login
  const target = admin
    ? {
        ...bindForm('change-client', changePath(client_id), sid, exchange, context, JSON.stringify(carried)),
        action: addressOf(state, site, changePath(client_id)),
      }
    : undefined
  const { last_used_at } = await context.clients.use(client_id)
  const now = server.clock.now()
  const recent = planned && (await recentRequests(entryOf(client), planned.entry, context.journeys))
  const shown = { client, state, result, asked, typed, planned, problems, target, news, last_used_at, now, recent }
  const page = changeClientPage(shown, site)
  return pageHeaders(exchange.reply, { script: "'self'" })
    .code(statusOfProblems(problems, exchange) ?? status)
    .send(page)
}

/** What somebody typed cannot be registered; that an app has too little for its new advice is no fault of theirs. */
function statusOfProblems(problems: readonly Problem[], { request, check }: Exchange): number | undefined {
  if (problems.length === 0 || request.method !== 'POST') return undefined
  return statusOf(check.refused('client-metadata-unfit', 'what was typed cannot be registered'))
}

async function plan(
  client: Client,
  following: Following,
  typed: TypedFields,
  { clients }: Context,
): Promise<{ readonly planned: PlannedChange | undefined; readonly problems: readonly Problem[] }> {
  try {
    const planned = await clients.plan(client, following.registration, changeTyped(typed, following))
    return { planned, problems: [] }
  } catch (error) {
    if (!(error instanceof ApplyRefused)) throw error
    return { planned: undefined, problems: error.problems }
  }
}

async function change(
  { seen, following, typed, carried, stamp }: Shown & { readonly carried: Carried; readonly stamp: string },
  { expires_at }: OpenedForm,
  exchange: Exchange,
  context: Context,
): Promise<FastifyReply> {
  const { client, signedIn } = seen
  const { check, reply } = exchange
  const { clients, site } = context
  const back = (done: string) =>
    noStore(reply)
      .code(303)
      .header('location', `${pathOf(site, clientPath(client.client_id))}?done=${done}`)
      .send()
  try {
    const { planned, client_secret } = await clients.change(
      client,
      following.registration,
      changeTyped(typed, following),
      {
        stamp,
        answers: { id: carried.id, expires_at },
        by: check.by('user', signedIn.user.sub),
      },
    )
    check.passed('client-changed-meanwhile')
    check.passed('request-answered')
    if (client_secret === undefined) return back('changed')
    return pageHeaders(reply).send(changeClientDonePage(planned.entry, client_secret, site))
  } catch (error) {
    if (error instanceof PageAnswered) {
      check.refused('request-answered', 'this page changed its app before')
      return back('before')
    }
    if (error instanceof ApplyRefused) return show({ seen, following, typed }, exchange, context)
    if (!(error instanceof ChangedMeanwhile)) throw error
    throw check.refused('client-changed-meanwhile', 'this app was changed since it was shown')
  }
}
