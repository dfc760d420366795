import type { FastifyReply } from 'fastify'
import { bindForm, isFormFresh } from '../bound-form.ts'
import type { Context } from '../context.ts'
import { currentLogin, presentLogins, type SignedIn } from '../current-login.ts'
import { type Exchange, formParams } from '../exchange.ts'
import { changeFaultWords } from '../fault-words.ts'
import { noStore, pageHeaders } from '../headers.ts'
import { keepSession, visitorOf } from '../keep-session.ts'
import { passwordPage } from '../pages/password.ts'
import type { AccountFormProblem } from '../pages/sign-up.ts'
import { pathOf } from '../pages/site.ts'
import type { Route } from '../route.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { goToAccount } from './sign-in-here.ts'

/** Changes the password of whoever is signed in. */
export const passwordRoute: Route = {
  path: '/account/password',
  errors: 'page',
  hashes: true,
  async GET(exchange, context) {
    const signedIn = await currentLogin(exchange, context)
    return signedIn ? show(signedIn, exchange, context) : goToAccount(exchange, context)
  },
  async POST(exchange, context) {
    refuseForeignOrigin(exchange, context.server.issuer)
    const form = formParams(exchange)
    const signedIn = await currentLogin(exchange, context)
    if (!signedIn) return goToAccount(exchange, context)
    if (!isFormFresh('account', form, signedIn.login.sid, exchange, context)) {
      return show(signedIn, exchange, context, { kind: 'expired' }, 400)
    }
    const browser = { present: await presentLogins(exchange, context) }
    const result = await context.identity.changePassword(
      {
        current: form.get('password') ?? '',
        password: form.get('new_password') ?? '',
        again: form.get('new_password_again'),
      },
      signedIn,
      visitorOf(exchange, context, signedIn.user.login, browser),
      exchange.check,
    )
    switch (result.kind) {
      case 'throttled':
        exchange.reply.header('retry-after', String(result.retry_after))
        return show(
          signedIn,
          exchange,
          context,
          { kind: 'throttled', minutes: Math.ceil(result.retry_after / 60) },
          429,
        )
      case 'fault':
        return show(signedIn, exchange, context, { kind: 'fault', fault: changeFaultWords(result) }, 400)
      case 'signed-in':
        await keepSession(result, exchange, context, browser)
        return noStore(exchange.reply)
          .code(303)
          .header('location', pathOf(context.site, '/account?done=password'))
          .send()
    }
  },
}

function show(
  { user, login }: SignedIn,
  exchange: Exchange,
  context: Context,
  problem?: AccountFormProblem,
  status = 200,
): FastifyReply {
  const target = bindForm('account', '/account/password', login.sid, exchange, context)
  const page = passwordPage({ ...target, login: user.login, ...(problem ? { problem } : {}) }, context.site)
  return pageHeaders(exchange.reply).code(status).send(page)
}
