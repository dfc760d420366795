import type { FastifyReply } from 'fastify'
import { bindForm, openForm } from '../bound-form.ts'
import type { Context } from '../context.ts'
import { presentLogins } from '../current-login.ts'
import { type Exchange, formParams } from '../exchange.ts'
import { noStore, pageHeaders } from '../headers.ts'
import { keepSession, visitorOf } from '../keep-session.ts'
import { mayNotSignIn, signInNetwork, statusOutside } from '../outside.ts'
import { type AdvisorState, addressOf, newClientPath } from '../pages/advisor-state.ts'
import { devicePath } from '../pages/device.ts'
import { outsidePage } from '../pages/network.ts'
import { type SignInError, type SignInPage, signInPage } from '../pages/sign-in.ts'
import { pathOf } from '../pages/site.ts'
import { onTheWay } from '../site-place.ts'

/** Where somebody goes on once they are signed in; it waits sealed in the form. */
export type Following =
  | { readonly to: 'new-client'; readonly state: AdvisorState }
  | { readonly to: 'device'; readonly user_code: string }
  /** A page about registered apps, by its address below our own host. */
  | { readonly to: 'clients'; readonly address: string }

interface Again {
  readonly login: string
  readonly error: SignInError
  readonly status: number
}

/**
 * The sign-in page of nobody's application: it leads to the account, to registering a client by the answers that were
 * being followed, or to the device whose code was typed.
 */
export async function showSignIn(
  exchange: Exchange,
  context: Context,
  again?: Again,
  following?: Following,
): Promise<FastifyReply> {
  const { accounts, signUp } = context
  // Whoever connects a device is on their way.
  const { site } = following?.to === 'device' ? onTheWay(context) : context
  const network = await signInNetwork(exchange, context)
  if (network?.refused) {
    const page = outsidePage({ standing: network.standing, reference: exchange.journey.id }, site)
    return pageHeaders(exchange.reply).code(statusOutside).send(page)
  }
  const carried = following && JSON.stringify(following)
  const page = signInPage(
    {
      ...bindForm('sign-in', '/sign-in', undefined, exchange, context, carried),
      ...(following ? { before: following.to } : {}),
      ...(signUp ? waysToSignUp(following, carried, exchange, context) : {}),
      ...(again ? { login: again.login, error: again.error } : {}),
      setUp: following?.to !== 'device' && !(await accounts.hasAdmin()),
      ...(network ? { network: network.standing } : {}),
    },
    site,
  )
  return pageHeaders(exchange.reply)
    .code(again?.status ?? 200)
    .send(page)
}

/** Whoever has a device in front of them may be new here; who looks after apps is not. */
function waysToSignUp(
  following: Following | undefined,
  carried: string | undefined,
  exchange: Exchange,
  context: Context,
): Pick<SignInPage, 'signUp'> {
  if (following === undefined) return { signUp: 'page' }
  if (following.to !== 'device') return {}
  return { signUp: bindForm('sign-up', '/sign-up', undefined, exchange, context, carried) }
}

/** Where whoever has just signed in goes on, as their form had it sealed: to their account, unless it says otherwise. */
export function goOn(carried: string, exchange: Exchange, context: Context): FastifyReply {
  if (carried === '') return goToAccount(exchange, context)
  return goTo(addressOfFollowing(JSON.parse(carried) as Following, context), exchange)
}

/** To the account of whoever is signed in. */
export function goToAccount(exchange: Exchange, { site }: Context): FastifyReply {
  return goTo(pathOf(site, '/account'), exchange)
}

function goTo(location: string, { reply }: Exchange): FastifyReply {
  return noStore(reply).code(303).header('location', location).send()
}

/** The form of that page: proves who is there and starts a session under a new id. */
export async function signInHere(exchange: Exchange, context: Context): Promise<FastifyReply> {
  const { reply, check } = exchange
  const form = formParams(exchange)
  const login = form.get('login') ?? ''
  const { fresh, carried } = openForm('sign-in', form, undefined, exchange, context)
  const following = carried === '' ? undefined : (JSON.parse(carried) as Following)
  const showAgain = (again: Again) => showSignIn(exchange, context, again, following)
  if (!fresh) return showAgain({ login, error: { kind: 'expired' }, status: 400 })
  // The page that is shown in place of the form says why.
  if (await mayNotSignIn(exchange, context)) return showSignIn(exchange, context)
  const browser = { present: await presentLogins(exchange, context) }
  const password = form.get('password') ?? ''
  const visitor = visitorOf(exchange, context, login, browser)
  const result = await context.identity.signIn({ login, password, ...visitor }, check)
  switch (result.kind) {
    case 'throttled': {
      reply.header('retry-after', String(result.retry_after))
      const error = { kind: 'throttled', minutes: Math.ceil(result.retry_after / 60) } as const
      return showAgain({ login, error, status: 429 })
    }
    case 'refused':
      return showAgain({ login, error: { kind: 'wrong' }, status: 400 })
    case 'signed-in':
      await keepSession(result, exchange, context, browser)
      return goOn(carried, exchange, context)
  }
}

function addressOfFollowing(following: Following, { site }: Context): string {
  if (following.to === 'new-client') return addressOf(following.state, site, newClientPath)
  if (following.to === 'clients') return following.address
  return devicePath(following.user_code, site)
}
