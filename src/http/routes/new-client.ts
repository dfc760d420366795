import type { FastifyReply } from 'fastify'
import { memberOf } from '../../admin/advised-client.ts'
import { ApplyRefused } from '../../admin/apply-refused.ts'
import { describeNewApi, memberOfNewApi, type TypedApi } from '../../admin/new-api.ts'
import { PageAnswered } from '../../admin/ports.ts'
import type { ResourceServer } from '../../core/resource-server.ts'
import { advisorStateOf } from '../advisor-state-of.ts'
import { bindForm, type OpenedForm, openForm } from '../bound-form.ts'
import type { Context } from '../context.ts'
import { currentLogin, type SignedIn } from '../current-login.ts'
import { statusOf } from '../encode.ts'
import { type Exchange, formParams } from '../exchange.ts'
import { type Following, followAdvice } from '../follow-advice.ts'
import { noStore, pageHeaders } from '../headers.ts'
import { isAdmin } from '../is-admin.ts'
import { apiFaultsOfProblems, readTypedApi } from '../new-api-form.ts'
import { faultsOfProblems, mendTyped, readTyped } from '../new-client-form.ts'
import { advisedFile } from '../pages/advised-file.ts'
import { type AdvisorState, addressOf, newClientPath } from '../pages/advisor-state.ts'
import { applyCommand } from '../pages/apply-command.ts'
import { type NewClientNews, newClientPage } from '../pages/new-client.ts'
import { newClientDoneBeforePage, newClientDonePage } from '../pages/new-client-done.ts'
import { suffixAt, type TypedClient } from '../pages/new-client-fields.ts'
import { notYetPage, onlyAdminsPage } from '../pages/new-client-instead.ts'
import type { Route } from '../route.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { clientsOf, type Faults, faultsIn, type SentClients } from '../sent-clients.ts'
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
    if (!isAdmin(signedIn.user)) return refuseOthers(signedIn, following, exchange, context)
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
    const { ids, state } = JSON.parse(opened.carried) as Carried
    const following = await followAdvice(state, exchange, context)
    if (!following) return backToAdvisor(state, exchange, context)
    if (!isAdmin(signedIn.user)) return refuseOthers(signedIn, following, exchange, context)
    exchange.check.passed('admin-role-missing')
    const typed = following.parts.map((_, index) => readTyped(form, suffixAt(index)))
    const page = { signedIn, following, typed, api: readTypedApi(form) }
    if (!opened.fresh) return show({ ...page, news: 'expired', status: 400 }, exchange, context)
    const mended = typed.map(it => mendTyped(it, form.get('mend') ?? ''))
    if (mended.some(it => it)) {
      const now = typed.map((it, index) => mended[index] ?? it)
      const shown = { ...page, typed: now }
      return show({ ...shown, news: 'mended', faults: faultsIn(shown) }, exchange, context)
    }
    return register({ ...page, ids }, opened, exchange, context)
  },
}

/** What the form takes along: the answers it follows, and the ids that it gives to the clients it makes. */
interface Carried {
  readonly ids: readonly string[]
  readonly state: AdvisorState
}

function backToAdvisor(state: AdvisorState, { reply }: Exchange, { site }: Context): FastifyReply {
  return noStore(reply).code(303).header('location', addressOf(state, site)).send()
}

/** Says who may, and gives them what an administrator needs to do it. */
function refuseOthers(
  { user }: SignedIn,
  { state, parts }: Following,
  { reply, check }: Exchange,
  { site }: Context,
): FastifyReply {
  const refused = check.refused('admin-role-missing', 'only an administrator registers an app')
  const apis = distinct(parts.flatMap(({ asked }) => asked.apis))
  const known = { apis, owner: user.login }
  const described = advisedFile(parts, known)
  const together = applyCommand(
    parts.map(({ registration, name = '' }) => ({ registration, name })),
    known,
  )
  const audience = apis.length === 1 ? apis[0]?.audience : undefined
  const page = onlyAdminsPage({ user, state, parts, described, together, audience }, site)
  return pageHeaders(reply).code(statusOf(refused)).send(page)
}

function distinct(apis: readonly ResourceServer[]): readonly ResourceServer[] {
  return [...new Map(apis.map(api => [api.audience, api])).values()]
}

type Sent = Shown & SentClients

interface Shown {
  readonly signedIn: SignedIn
  readonly following: Following
  readonly typed?: readonly TypedClient[]
  readonly api?: TypedApi | undefined
  readonly faults?: Faults | undefined
  readonly news?: NewClientNews
  readonly status?: number
}

/** The form, under new ids: what another page of it made stays made. */
function show(
  { signedIn, following, typed = [], api, faults, news, status = 200 }: Shown,
  exchange: Exchange,
  context: Context,
): FastifyReply {
  const { state, parts } = following
  const { server, site } = context
  const lacking = parts.find(({ missing }) => missing.length > 0)
  if (lacking) return pageHeaders(exchange.reply).send(notYetPage({ state, ...lacking }, site))
  const carried: Carried = { ids: parts.map(() => server.random.id()), state }
  const { sid } = signedIn.login
  const bound = bindForm('new-client', newClientPath, sid, exchange, context, JSON.stringify(carried))
  const page = newClientPage(
    {
      ...bound,
      action: addressOf(state, site, newClientPath),
      state,
      parts: parts.map((part, index) => ({
        ...part,
        suffix: suffixAt(index),
        among: parts.length > 1,
        typed: typed[index],
        faults: faults?.clients[index],
      })),
      api: parts.some(({ asked }) => asked.calls)
        ? {
            required: parts.some(({ asked }) => asked.lacks_api),
            several: parts.length > 1,
            typed: api,
            faults: faults?.api,
          }
        : undefined,
      user: signedIn.user,
      news,
    },
    site,
  )
  return pageHeaders(exchange.reply, { script: "'self'" }).code(status).send(page)
}

/** The form again, with what keeps each client from being registered. */
function refuseUnfit(page: Shown, faults: Faults, exchange: Exchange, context: Context): FastifyReply {
  const found = faults.clients.flatMap(it => it?.addresses ?? [])
  const redirecting = found.length > 0 || faults.clients.some(it => it?.redirect_uris !== undefined)
  const reason = redirecting ? 'redirect-uri-unfit' : 'client-metadata-unfit'
  const facts = { expected: found.map(({ expected }) => expected) }
  const refused = exchange.check.refused(reason, 'what was typed cannot be registered', redirecting ? facts : {})
  return show({ ...page, faults, status: statusOf(refused) }, exchange, context)
}

async function register(
  page: Sent & { readonly ids: readonly string[] },
  { expires_at }: OpenedForm,
  exchange: Exchange,
  context: Context,
): Promise<FastifyReply> {
  const { signedIn, following, typed, api, ids } = page
  const { state, parts } = following
  const again = (faults: Faults) => refuseUnfit(page, faults, exchange, context)
  const faults = faultsIn(page)
  if (faults) return again(faults)
  // The first id is the form's too: whoever takes it registers all of them.
  const [id = ''] = ids
  try {
    const registered = await context.registrations.register(clientsOf(page, ids, signedIn.user.login), {
      answers: { id, expires_at },
      by: exchange.check.by('user', signedIn.login.sub),
      api: api && describeNewApi(api),
    })
    for (const passed of ['redirect-uri-unfit', 'client-metadata-unfit', 'request-answered'] as const) {
      exchange.check.passed(passed)
    }
    const done = parts.flatMap(({ result }, index) => {
      const one = registered[index]
      return one ? [{ ...one, result }] : []
    })
    return pageHeaders(exchange.reply).send(newClientDonePage(done, api, context.site))
  } catch (error) {
    if (error instanceof ApplyRefused) {
      const others = error.problems.filter(it => memberOfNewApi(it) === undefined)
      const clients = typed.map((it, index) => {
        const own = others.filter(({ path }) => memberOf(path).client === index)
        return own.length > 0 ? faultsOfProblems(own, it) : undefined
      })
      return again({ clients, api: apiFaultsOfProblems(error.problems) })
    }
    if (!(error instanceof PageAnswered)) throw error
    const refused = exchange.check.refused('request-answered', 'this page registered its clients before')
    const clients = await Promise.all(ids.map(it => context.server.store.client(it)))
    const before = newClientDoneBeforePage({ clients: clients.flatMap(it => it ?? []), state }, context.site)
    return pageHeaders(exchange.reply).code(statusOf(refused)).send(before)
  }
}
