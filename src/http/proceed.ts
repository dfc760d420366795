import type { FastifyReply } from 'fastify'
import { type AuthorizeReply, authorize } from '../core/endpoints/authorize.ts'
import { Params } from '../core/params.ts'
import { appOf } from './app-of.ts'
import type { Context } from './context.ts'
import type { SignedIn } from './current-login.ts'
import { sendDelivery } from './encode.ts'
import type { Exchange } from './exchange.ts'
import { brokenBy } from './failures.ts'
import { pageHeaders } from './headers.ts'
import { type SignInNetwork, signInNetwork, statusOutside } from './outside.ts'
import { consentPage } from './pages/consent.ts'
import type { FormTarget } from './pages/form.ts'
import { outsidePage } from './pages/network.ts'
import { selectAccountPage } from './pages/select-account.ts'
import { type SignInError, signInPage } from './pages/sign-in.ts'
import { type SignUpPage, signUpPage } from './pages/sign-up.ts'
import { pathOf } from './pages/site.ts'
import { type Parked, park, parkedField } from './parked.ts'
import { returnsTo } from './returns-to.ts'
import { onTheWay } from './site-place.ts'

/** A request at /authorize on its way: new, or come back from a page. */
export interface Pending {
  readonly parked: Parked
  /** It waited in a page before; its id must not be answered twice. */
  readonly returned: boolean
  /** Everybody who is signed in at the browser, the one used last first. */
  readonly present: readonly SignedIn[]
  readonly declined?: boolean
  /** The browser keeps its session back. */
  readonly withheld?: boolean
  /** What kept us from finding out who is signed in. */
  readonly failed?: unknown
  /** Show the sign-in page again, with this. */
  readonly again?: {
    readonly error?: SignInError
    readonly login?: string
    readonly status?: number
    /** The page on which an account is made, in its place. */
    readonly signUp?: Pick<SignUpPage, 'typed' | 'problem'>
  }
}

type Ask = Extract<AuthorizeReply, { kind: 'ask' }>

/** Takes a request as far as it goes: back to the client, or to the page with the next question. */
export async function proceed(exchange: Exchange, whole: Context, pending: Pending): Promise<FastifyReply> {
  const context = onTheWay(whole)
  const { parked, present, returned, declined = false } = pending
  const { server, site } = context
  const params = Params.parse(parked.params, exchange.check)
  const expires_at = parked.started_at + server.lifetimes.parked
  const reply = await authorize(
    params,
    {
      present: pending.again ? [] : present,
      progress: parked.progress,
      parked: returned ? { id: parked.id, expires_at } : undefined,
      journey_id: parked.journey_id,
      declined,
      withheld: pending.withheld ?? false,
      failed: pending.failed,
    },
    server,
    exchange.check,
    error => brokenBy(error, exchange),
  )
  if (reply.kind === 'deliver') return sendDelivery(exchange, reply.delivery, reply.client, site)
  exchange.journey.answered({ page: reply.interaction })
  const { interaction, request } = reply
  const network = interaction === 'login' ? await signInNetwork(exchange, context, request.client) : undefined
  const page = show(reply, exchange, context, pending, network)
  return pageHeaders(exchange.reply, { formTargets: returnsTo(request.client, request.target.redirect_uri) })
    .code(network?.refused ? statusOutside : (pending.again?.status ?? 200))
    .send(page)
}

function show(
  ask: Ask,
  exchange: Exchange,
  context: Context,
  { parked, present, again }: Pending,
  network: SignInNetwork | undefined,
): string {
  const { site, signUp } = context
  const { request, interaction } = ask
  const app = appOf(request.client)
  const form = (path: string, waiting: Parked): FormTarget => ({
    action: pathOf(site, path),
    hidden: { name: parkedField, value: park('authorize', waiting, exchange, context) },
  })
  const signedIn = present.find(it => it.login.sid === ask.login?.sid)
  if (interaction === 'login' || !signedIn) {
    if (network?.refused) {
      const { standing } = network
      return outsidePage(
        { standing, app: { app, target: form('/sign-in', parked) }, reference: exchange.journey.id },
        site,
      )
    }
    if (again?.signUp) {
      const signIn = form('/sign-in', parked)
      return signUpPage({ app: { app, signIn }, ...form('/sign-up', parked), ...again.signUp }, site)
    }
    // Who signs in again knows who they are; who is to be somebody else starts with an empty field.
    const same = request.sub === undefined || request.sub === signedIn?.login.sub ? signedIn : undefined
    const login = again?.login ?? request.login_hint ?? same?.user.login
    return signInPage(
      {
        app,
        ...form('/sign-in', parked),
        ...(signUp ? { signUp: form('/sign-up', parked) } : {}),
        ...(login === undefined ? {} : { login }),
        ...(again?.error ? { error: again.error } : {}),
        ...(network ? { network: network.standing } : {}),
      },
      site,
    )
  }
  const { user } = signedIn
  if (interaction === 'select_account') {
    const accounts = present.map(it => ({ sid: it.login.sid, auth_time: it.login.auth_time, user: it.user }))
    const target = form('/select-account', { ...parked, shown: { sub: user.sub, scope: [] } })
    return selectAccountPage({ app, accounts, now: context.server.clock.now(), ...target }, site)
  }
  const shown = { sub: user.sub, scope: request.discloses }
  const { resourceServer, target, discloses } = request
  return consentPage(
    {
      app,
      user,
      scopes: discloses,
      redirect_uri: target.redirect_uri,
      ...(resourceServer ? { api: resourceServer } : {}),
      ...form('/consent', { ...parked, shown }),
    },
    site,
  )
}
