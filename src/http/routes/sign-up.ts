import type { FastifyReply } from 'fastify'
import type { Params } from '../../core/params.ts'
import { bindForm, boundField, openForm } from '../bound-form.ts'
import type { Context } from '../context.ts'
import { presentLogins } from '../current-login.ts'
import { type Exchange, formParams } from '../exchange.ts'
import { faultWords } from '../fault-words.ts'
import { pageHeaders } from '../headers.ts'
import { keepSession, visitorOf } from '../keep-session.ts'
import { mayNotSignIn } from '../outside.ts'
import { type AccountFormProblem, signUpOffPage, signUpPage, type TypedAccount } from '../pages/sign-up.ts'
import { openParked, parkedField } from '../parked.ts'
import { proceed } from '../proceed.ts'
import type { Route } from '../route.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { goOn, showSignIn } from './sign-in-here.ts'

/** Makes an account: by itself, or on the way through an application's request, which then goes on. */
export const signUpRoute: Route = {
  path: '/sign-up',
  errors: 'page',
  hashes: true,
  async GET(exchange, context) {
    if (!context.signUp) return refuseSignUp(exchange, context)
    return (await mayNotSignIn(exchange, context)) ? showSignIn(exchange, context) : showSignUp(exchange, context)
  },
  async POST(exchange, context) {
    refuseForeignOrigin(exchange, context.server.issuer)
    const form = formParams(exchange)
    if (!context.signUp) return refuseSignUp(exchange, context)
    exchange.check.passed('sign-up-off')
    return form.get(boundField) === undefined ? onTheWay(form, exchange, context) : here(form, exchange, context)
  },
}

function refuseSignUp({ reply, check }: Exchange, { site }: Context): FastifyReply {
  check.refused('sign-up-off', 'nobody can sign up here')
  return pageHeaders(reply).code(403).send(signUpOffPage(site))
}

interface Problem {
  readonly typed: TypedAccount
  readonly problem: AccountFormProblem
  readonly status: number
}

/** `carried` says where to go on with the new account; see `goOn`. */
function showSignUp(exchange: Exchange, context: Context, again?: Problem, carried = ''): FastifyReply {
  const target = bindForm('sign-up', '/sign-up', undefined, exchange, context, carried)
  const page = signUpPage({ ...target, ...(again ? { typed: again.typed, problem: again.problem } : {}) }, context.site)
  return pageHeaders(exchange.reply)
    .code(again?.status ?? 200)
    .send(page)
}

async function here(form: Params, exchange: Exchange, context: Context): Promise<FastifyReply> {
  const { fresh, carried } = openForm('sign-up', form, undefined, exchange, context)
  if (!fresh) {
    return showSignUp(exchange, context, { typed: typedIn(form), problem: { kind: 'expired' }, status: 400 }, carried)
  }
  // From the sign-in page: nothing was typed yet.
  if (form.get('sign_up') !== undefined) return showSignUp(exchange, context, undefined, carried)
  // Who makes an account is signed in by it.
  if (await mayNotSignIn(exchange, context)) return showSignIn(exchange, context)
  const made = await makeAccount(form, exchange, context)
  return 'problem' in made ? showSignUp(exchange, context, made, carried) : goOn(carried, exchange, context)
}

/** From an application's sign-in page: first shows the form, then goes on with the request as who has just signed up. */
async function onTheWay(form: Params, exchange: Exchange, context: Context): Promise<FastifyReply> {
  const parked = openParked('authorize', form.get(parkedField), exchange, context)
  const present = await presentLogins(exchange, context)
  if (form.get('sign_up') !== undefined || (await mayNotSignIn(exchange, context, parked))) {
    return proceed(exchange, context, { parked, returned: true, present, again: { signUp: {} } })
  }
  const made = await makeAccount(form, exchange, context, parked.adds)
  if ('problem' in made) {
    const { typed, problem, status } = made
    return proceed(exchange, context, {
      parked,
      returned: true,
      present,
      again: { signUp: { typed, problem }, status },
    })
  }
  const progress = { ...parked.progress, login: made.login.sid }
  return proceed(exchange, context, { parked: { ...parked, progress }, returned: true, present: [made] })
}

async function makeAccount(form: Params, exchange: Exchange, context: Context, adds?: boolean) {
  const typed = typedIn(form)
  const login = typed.login ?? ''
  const browser = { present: await presentLogins(exchange, context), adds }
  const result = await context.identity.signUp(
    { ...personIn(form), login },
    visitorOf(exchange, context, login, browser),
    exchange.check,
  )
  switch (result.kind) {
    case 'throttled': {
      exchange.reply.header('retry-after', String(result.retry_after))
      const minutes = Math.ceil(result.retry_after / 60)
      return { typed, problem: { kind: 'throttled', minutes } as const, status: 429 }
    }
    case 'fault':
      return { typed, problem: { kind: 'fault', fault: faultWords(result) } as const, status: 400 }
    case 'signed-in':
      return keepSession(result, exchange, context, browser)
  }
}

/** What a form about one's own account says, passwords aside. */
export function typedIn(form: Params): TypedAccount {
  return { login: form.get('login'), name: form.get('name'), email: form.get('email') }
}

/** The whole of it. */
export function personIn(form: Params) {
  return {
    login: form.get('login') ?? '',
    password: form.get('password') ?? '',
    again: form.get('password_again'),
    name: form.get('name'),
    email: form.get('email'),
  }
}
