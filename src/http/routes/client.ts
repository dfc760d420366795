import type { FastifyReply } from 'fastify'
import { stampOf } from '../../admin/change-advised.ts'
import { ChangedMeanwhile } from '../../admin/ports.ts'
import { driftOf } from '../../advisor/drift.ts'
import { presentAnswers, presentFollowUps } from '../../advisor/present-answers.ts'
import type { StoredAdvice } from '../../advisor/stored-advice.ts'
import type { Client } from '../../core/client.ts'
import { bindForm, openForm } from '../bound-form.ts'
import type { Context } from '../context.ts'
import { currentLogin } from '../current-login.ts'
import { statusOf } from '../encode.ts'
import { type Exchange, formParams, queryParams } from '../exchange.ts'
import { noStore, pageHeaders } from '../headers.ts'
import { migrationOf } from '../migrate-client.ts'
import { type AdvisorState, addressOf, untouched } from '../pages/advisor-state.ts'
import { type ClientNews, clientPage, isClientNews } from '../pages/client.ts'
import { changePath, clientPath } from '../pages/client-path.ts'
import { pathOf } from '../pages/site.ts'
import type { Route } from '../route.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { type SeenClient, seeClient } from '../see-client.ts'
import { showSignIn } from './sign-in-here.ts'

/** What the form about its retired flows takes along: of which client, as it was shown. */
interface Carried {
  readonly client_id: string
  readonly stamp: string
}

/** One app, for its owners and administrators. */
export const clientRoute: Route = {
  path: '/clients/:id',
  errors: 'page',
  async GET(exchange, context) {
    const done = queryParams(exchange).get('done')
    const signedIn = await currentLogin(exchange, context)
    if (!signedIn) return showSignInFor(exchange, context)
    const seen = await seeClient(signedIn, exchange, context)
    return show(seen, isClientNews(done) ? { done } : {}, exchange, context)
  },
  /** When its retired flows end: an administrator's to say. */
  async POST(exchange, context) {
    const { check, reply } = exchange
    refuseForeignOrigin(exchange, context.server.issuer)
    const form = formParams(exchange)
    const signedIn = await currentLogin(exchange, context)
    if (!signedIn) return showSignInFor(exchange, context)
    const { fresh, carried } = openForm('client', form, signedIn.login.sid, exchange, context)
    const seen = await seeClient(signedIn, exchange, context)
    const { client, admin } = seen
    const { client_id, stamp } = JSON.parse(carried) as Carried
    if (client_id !== client.client_id) throw check.refused('page-foreign', 'this form was not made for this app')
    if (!admin) throw check.refused('admin-role-missing', 'only an administrator changes an app')
    check.passed('admin-role-missing')
    if (!fresh) return show(seen, { done: 'expired', status: 400 }, exchange, context)
    const until = form.get('sunset') === 'clear' ? undefined : readDay(form.get('retired_until') ?? '')
    if (until === null) {
      const refused = check.refused('client-metadata-unfit', 'this is no day')
      return show(seen, { notADay: true, status: statusOf(refused) }, exchange, context)
    }
    try {
      // A day is set for the flows that were shown.
      if (stamp !== stampOf(client, context.server)) throw new ChangedMeanwhile(client_id)
      await context.clients.retire(client, until, check.by('user', signedIn.user.sub))
    } catch (error) {
      if (!(error instanceof ChangedMeanwhile)) throw error
      throw check.refused('client-changed-meanwhile', 'this app was changed since it was shown')
    }
    const done: ClientNews = until === undefined ? 'open' : 'sunset'
    const location = `${pathOf(context.site, clientPath(client.client_id))}?done=${done}`
    return noStore(reply).code(303).header('location', location).send()
  },
}

export function showSignInFor(exchange: Exchange, context: Context): Promise<FastifyReply> {
  return showSignIn(exchange, context, undefined, { to: 'clients', address: exchange.request.raw.url ?? '/' })
}

/** The beginning of a day in UTC, in seconds since 1970; null of what is none. */
function readDay(text: string): number | null {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  // It takes the 31st of February for a day in March.
  const isDay = time >= 0 && new Date(time).toISOString().startsWith(text)
  return isDay ? time / 1000 : null
}

/** Where the advisor is with what is known of a client. */
function stateOf(client: Client, advice: StoredAdvice | null): AdvisorState {
  const answers = Object.fromEntries(Object.entries(presentAnswers(client)).map(([id, value]) => [id, String(value)]))
  const followups = presentFollowUps(client)
  return { ...untouched, answers, followups, policy: advice?.policy ?? untouched.policy, client: client.client_id }
}

interface Shown {
  readonly done?: ClientNews
  readonly notADay?: boolean
  readonly status?: number
}

async function show(
  { client, signedIn, admin }: SeenClient,
  { done, notADay = false, status = 200 }: Shown,
  exchange: Exchange,
  context: Context,
): Promise<FastifyReply> {
  const { clients, registrations, server, site } = context
  const { client_id } = client
  const { sid } = signedIn.login
  // What was registered passed the rules of the apply file.
  const advice = client.grantwise.advice as StoredAdvice | null
  const [apis, use] = await Promise.all([registrations.apis(), clients.use(client_id)])
  const state = stateOf(client, advice)
  const changed = (changed: AdvisorState) => addressOf(changed, site, changePath(client_id))
  const carried: Carried = { client_id, stamp: stampOf(client, server) }
  const page = clientPage(
    {
      client,
      advice,
      drift: advice === null ? undefined : driftOf(advice, client),
      apis,
      use,
      migration: migrationOf(client, apis, server.issuer),
      sunset: admin
        ? bindForm('client', clientPath(client_id), sid, exchange, context, JSON.stringify(carried))
        : undefined,
      notADay,
      change: addressOf(state, site),
      update: changed(state),
      migrate: changed({ ...state, policy: untouched.policy }),
      now: server.clock.now(),
      done,
    },
    site,
  )
  return pageHeaders(exchange.reply).code(status).send(page)
}
