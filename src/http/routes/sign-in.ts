import { boundField } from '../bound-form.ts'
import type { Context } from '../context.ts'
import { currentLogin, presentLogins } from '../current-login.ts'
import { type Exchange, formParams } from '../exchange.ts'
import { keepSession, visitorOf } from '../keep-session.ts'
import { mayNotSignIn } from '../outside.ts'
import { openParked, type Parked, parkedField } from '../parked.ts'
import { proceed } from '../proceed.ts'
import type { Route } from '../route.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { goToAccount, showSignIn, signInHere } from './sign-in-here.ts'

/** The sign-in form: proves who is there, starts a session under a new id, and goes on with what was asked. */
export const signInRoute: Route = {
  path: '/sign-in',
  errors: 'page',
  hashes: true,
  async GET(exchange, context) {
    const signedIn = await currentLogin(exchange, context)
    return signedIn ? goToAccount(exchange, context) : showSignIn(exchange, context)
  },
  async POST(exchange, context) {
    refuseForeignOrigin(exchange, context.server.issuer)
    const form = formParams(exchange)
    if (form.get(boundField) !== undefined) return signInHere(exchange, context)
    const parked = openParked('authorize', form.get(parkedField), exchange, context)
    if (form.get('cancel') !== undefined) {
      return proceed(exchange, context, { parked, returned: true, present: [], declined: true })
    }
    // Back from the page on which an account is made.
    if (form.get('account') === 'other') {
      return proceed(exchange, context, { parked, returned: true, present: [], again: {} })
    }
    return signIn(form.get('login') ?? '', form.get('password') ?? '', parked, exchange, context)
  },
}

async function signIn(login: string, password: string, parked: Parked, exchange: Exchange, context: Context) {
  const { reply, check } = exchange
  const present = await presentLogins(exchange, context)
  if (await mayNotSignIn(exchange, context, parked)) {
    return proceed(exchange, context, { parked, returned: true, present, again: {} })
  }
  const browser = { present, adds: parked.adds }
  const visitor = visitorOf(exchange, context, login, browser)
  const result = await context.identity.signIn({ login, password, ...visitor }, check)
  switch (result.kind) {
    case 'throttled': {
      reply.header('retry-after', String(result.retry_after))
      const error = { kind: 'throttled', minutes: Math.ceil(result.retry_after / 60) } as const
      return proceed(exchange, context, { parked, returned: true, present, again: { login, error, status: 429 } })
    }
    case 'refused': {
      const error = { kind: 'wrong' } as const
      return proceed(exchange, context, { parked, returned: true, present, again: { login, error, status: 400 } })
    }
    case 'signed-in': {
      const signedIn = await keepSession(result, exchange, context, browser)
      const progress = { ...parked.progress, login: signedIn.login.sid }
      return proceed(exchange, context, { parked: { ...parked, progress }, returned: true, present: [signedIn] })
    }
  }
}
