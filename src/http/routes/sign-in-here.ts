import type { FastifyReply } from 'fastify'
import { bindForm, isFormFresh } from '../bound-form.ts'
import type { Context } from '../context.ts'
import { currentLogin } from '../current-login.ts'
import { type Exchange, formParams } from '../exchange.ts'
import { noStore, pageHeaders } from '../headers.ts'
import { keepSession, visitorOf } from '../keep-session.ts'
import { type SignInError, signInPage } from '../pages/sign-in.ts'
import { pathOf } from '../pages/site.ts'

interface Again {
  readonly login: string
  readonly error: SignInError
  readonly status: number
}

/** The sign-in page of nobody's application: it leads to the account. */
export async function showSignIn(exchange: Exchange, context: Context, again?: Again): Promise<FastifyReply> {
  const { accounts, site, signUp } = context
  const page = signInPage(
    {
      ...bindForm('sign-in', '/sign-in', undefined, exchange, context),
      ...(signUp ? { signUp: 'page' } : {}),
      ...(again ? { login: again.login, error: again.error } : {}),
      setUp: !(await accounts.hasAdmin()),
    },
    site,
  )
  return pageHeaders(exchange.reply)
    .code(again?.status ?? 200)
    .send(page)
}

/** To the account of whoever is signed in. */
export function goToAccount({ reply }: Exchange, { site }: Context): FastifyReply {
  return noStore(reply).code(303).header('location', pathOf(site, '/account')).send()
}

/** The form of that page: proves who is there and starts a session under a new id. */
export async function signInHere(exchange: Exchange, context: Context): Promise<FastifyReply> {
  const { reply, check } = exchange
  const form = formParams(exchange)
  const login = form.get('login') ?? ''
  if (!isFormFresh('sign-in', form, undefined, exchange, context)) {
    return showSignIn(exchange, context, { login, error: { kind: 'expired' }, status: 400 })
  }
  const before = await currentLogin(exchange, context)
  const password = form.get('password') ?? ''
  const result = await context.identity.signIn({ login, password, ...visitorOf(exchange, context, before) }, check)
  switch (result.kind) {
    case 'throttled': {
      reply.header('retry-after', String(result.retry_after))
      const error = { kind: 'throttled', minutes: Math.ceil(result.retry_after / 60) } as const
      return showSignIn(exchange, context, { login, error, status: 429 })
    }
    case 'refused':
      return showSignIn(exchange, context, { login, error: { kind: 'wrong' }, status: 400 })
    case 'signed-in':
      keepSession(result, exchange, context)
      return goToAccount(exchange, context)
  }
}
