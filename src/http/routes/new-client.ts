import type { FastifyReply } from 'fastify'
import { describeAdvisedClient } from '../../admin/advised-client.ts'
import { ApplyRefused } from '../../admin/apply-refused.ts'
import { PageAnswered } from '../../admin/ports.ts'
import { holdsSecret } from '../../core/client.ts'
import type { ResourceServer } from '../../core/resource-server.ts'
import { advisorStateOf } from '../advisor-state-of.ts'
import { bindForm, type OpenedForm, openForm } from '../bound-form.ts'
import type { Context } from '../context.ts'
import { currentLogin, type SignedIn } from '../current-login.ts'
import { statusOf } from '../encode.ts'
import { type Exchange, formParams } from '../exchange.ts'
import { type Following, followAdvice } from '../follow-advice.ts'
import { noStore, pageHeaders } from '../headers.ts'
import { faultsOf, faultsOfProblems, mendTyped, readTyped } from '../new-client-form.ts'
import { type AdvisorState, addressOf, newClientPath } from '../pages/advisor-state.ts'
import { type NewClientFaults, type NewClientNews, newClientPage, type TypedClient } from '../pages/new-client.ts'
import { newClientDoneBeforePage, newClientDonePage } from '../pages/new-client-done.ts'
import { notYetPage, onlyAdminsPage } from '../pages/new-client-instead.ts'
import type { Route } from '../route.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { showSignIn } from './sign-in-here.ts'

/** Registers the client that an advice leads to, for a signed-in administrator; its address holds the answers. */
export const newClientRoute: Route = {
  path: newClientPath,
  errors: 'page',
  async GET(exchange, context) {
    const state = advisorStateOf(exchange)
    const following = await followAdvice(state, exchange, context)
    if (!following) return backToAdvisor(state, exchange, context)
    const signedIn = await currentLogin(exchange, context)
    if (!signedIn) return showSignIn(exchange, context, undefined, { to: 'new-client', state })
    if (!isAdmin(signedIn)) return refuseOthers(signedIn, following, exchange, context)
    return show({ signedIn, following }, exchange, context)
  },
  async POST(exchange, context) {
    refuseForeignOrigin(exchange, context.server.issuer)
    const form = formParams(exchange)
    const signedIn = await currentLogin(exchange, context)
    // Their session ended while they typed: the address of the form has the answers, and nothing is done by it.
    if (!signedIn) {
      const state = advisorStateOf(exchange)
      return showSignIn(exchange, context, undefined, { to: 'new-client', state })
    }
    const opened = openForm('new-client', form, signedIn.login.sid, exchange, context)
    const { id, state } = JSON.parse(opened.carried) as Carried
    const following = await followAdvice(state, exchange, context)
    if (!following) return backToAdvisor(state, exchange, context)
    if (!isAdmin(signedIn)) return refuseOthers(signedIn, following, exchange, context)
    exchange.check.passed('admin-role-missing')
    const typed = readTyped(form)
    const page = { signedIn, following, typed }
    if (!opened.fresh) return show({ ...page, news: 'expired', status: 400 }, exchange, context)
    const mended = mendTyped(typed, form.get('mend') ?? '')
    if (mended) {
      const faults = faultsOf(mended, following.asked)
      return show({ ...page, typed: mended, news: 'mended', ...(faults ? { faults } : {}) }, exchange, context)
    }
    return register({ ...page, id }, opened, exchange, context)
  },
}

/** What the form takes along: the answers it follows, and the id that it gives to the one client it makes. */
interface Carried {
  readonly id: string
  readonly state: AdvisorState
}

function isAdmin({ user }: SignedIn): boolean {
  return user.roles.includes('admin')
}

function backToAdvisor(state: AdvisorState, { reply }: Exchange, { site }: Context): FastifyReply {
  return noStore(reply).code(303).header('location', addressOf(state, site)).send()
}

/** Says who may, and gives them what an administrator needs to do it. */
function refuseOthers(
  { user }: SignedIn,
  { state, result, registration, asked, missing }: Following,
  { reply, check }: Exchange,
  { site }: Context,
): FastifyReply {
  const refused = check.refused('admin-role-missing', 'only an administrator registers an app')
  const typed = {
    client_id: 'my-app',
    client_name: 'My app',
    redirect_uris: asked.redirects ? ['https://app.example.com/callback'] : [],
    audiences: onlyOne(asked.apis),
    scope: undefined,
    client_secret: holdsSecret(registration.token_endpoint_auth_method) ? 'at least 32 random characters' : undefined,
    federated: { issuer: 'https://ci.example.com', subject: 'the sub of the job’s tokens' },
    owners: [user.login],
  }
  const described = { clients: [describeAdvisedClient(registration, typed, asked.apis)] }
  const page = onlyAdminsPage({ user, state, result, missing, described }, site)
  return pageHeaders(reply).code(statusOf(refused)).send(page)
}

interface Shown {
  readonly signedIn: SignedIn
  readonly following: Following
  readonly typed?: TypedClient
  readonly faults?: NewClientFaults
  readonly news?: NewClientNews
  readonly status?: number
}

/** The form, under a new id: what another page of it made stays made. */
function show(
  { signedIn, following, typed, faults, news, status = 200 }: Shown,
  exchange: Exchange,
  context: Context,
): FastifyReply {
  const { state, result, registration, asked, missing } = following
  const { server, site } = context
  if (missing.length > 0) return pageHeaders(exchange.reply).send(notYetPage({ state, result, missing }, site))
  const carried: Carried = { id: server.random.id(), state }
  const { sid } = signedIn.login
  const bound = bindForm('new-client', newClientPath, sid, exchange, context, JSON.stringify(carried))
  const page = newClientPage(
    {
      ...bound,
      action: addressOf(state, site, newClientPath),
      state,
      result,
      registration,
      asked,
      user: signedIn.user,
      typed,
      faults,
      news,
    },
    site,
  )
  return pageHeaders(exchange.reply, { script: "'self'" }).code(status).send(page)
}

async function register(
  page: Shown & { readonly typed: TypedClient; readonly id: string },
  { expires_at }: OpenedForm,
  exchange: Exchange,
  context: Context,
): Promise<FastifyReply> {
  const { signedIn, following, typed, id } = page
  const { registration, asked, result } = following
  const again = (faults: NewClientFaults) => {
    const redirecting = faults.redirect_uris !== undefined || faults.addresses.length > 0
    const reason = redirecting ? 'redirect-uri-unfit' : 'client-metadata-unfit'
    const facts = { expected: faults.addresses.map(({ expected }) => expected) }
    const refused = exchange.check.refused(reason, 'what was typed cannot be registered', redirecting ? facts : {})
    return show({ ...page, faults, status: statusOf(refused) }, exchange, context)
  }
  const faults = faultsOf(typed, asked)
  if (faults) return again(faults)
  try {
    const registered = await context.registrations.register(
      registration,
      {
        client_id: id,
        client_name: typed.client_name,
        redirect_uris: asked.redirects ? typed.redirect_uris : [],
        audiences: asked.apis.length > 1 ? typed.audiences : onlyOne(asked.apis),
        scope: undefined,
        federated: asked.platform ? typed.federated : undefined,
        owners: [signedIn.user.login],
      },
      { answers: { id, expires_at }, by: exchange.check.by('user', signedIn.login.sub) },
    )
    for (const passed of ['redirect-uri-unfit', 'client-metadata-unfit', 'request-answered'] as const) {
      exchange.check.passed(passed)
    }
    const done = { ...registered, result, apis: asked.apis }
    return pageHeaders(exchange.reply).send(newClientDonePage(done, context.site))
  } catch (error) {
    if (error instanceof ApplyRefused) return again(faultsOfProblems(error.problems, typed))
    if (!(error instanceof PageAnswered)) throw error
    const refused = exchange.check.refused('request-answered', 'this page registered its client before')
    const client = await context.server.store.client(id)
    const before = newClientDoneBeforePage({ client, state: following.state }, context.site)
    return pageHeaders(exchange.reply).code(statusOf(refused)).send(before)
  }
}

function onlyOne(apis: readonly ResourceServer[]): readonly string[] {
  return apis.length === 1 ? apis.map(({ audience }) => audience) : []
}
