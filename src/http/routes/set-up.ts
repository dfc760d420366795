import type { FastifyReply } from 'fastify'
import type { Params } from '../../core/params.ts'
import { bindForm, openForm } from '../bound-form.ts'
import type { Context } from '../context.ts'
import { presentLogins } from '../current-login.ts'
import { type Exchange, formParams } from '../exchange.ts'
import { faultWords } from '../fault-words.ts'
import { noStore, pageHeaders } from '../headers.ts'
import { keepSession, visitorOf } from '../keep-session.ts'
import { clientsPath } from '../pages/client-path.ts'
import { setUpDonePage, setUpPage, setUpScriptSource } from '../pages/set-up.ts'
import type { AccountFormProblem } from '../pages/sign-up.ts'
import { pathOf } from '../pages/site.ts'
import type { Route } from '../route.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { personIn, typedIn } from './sign-up.ts'

/** Makes the first admin, for whoever holds the link that the start printed; never once there is one. */
export const setUpRoute: Route = {
  path: '/set-up',
  errors: 'page',
  hashes: true,
  async GET(exchange, context) {
    return (await context.accounts.hasAdmin()) ? showDone(exchange, context) : show(exchange, context)
  },
  async POST(exchange, context) {
    refuseForeignOrigin(exchange, context.server.issuer)
    const form = formParams(exchange)
    if (await context.accounts.hasAdmin()) return showDone(exchange, context)
    exchange.check.passed('set-up-done')
    const { fresh, carried } = openForm('set-up', form, undefined, exchange, context)
    const code = codeIn(form) ?? carried
    if (!fresh) return show(exchange, context, { form, code, problem: { kind: 'expired' } })
    const person = personIn(form)
    const browser = { present: await presentLogins(exchange, context) }
    const result = await context.identity.setUp(
      code,
      person,
      visitorOf(exchange, context, person.login, browser),
      exchange.check,
    )
    if (result.kind === 'fault') {
      return show(exchange, context, { form, code, problem: { kind: 'fault', fault: faultWords(result) } })
    }
    await keepSession(result, exchange, context, browser)
    // What an administrator is for here: apps, of which there is none yet.
    return noStore(exchange.reply).code(303).header('location', pathOf(context.site, clientsPath)).send()
  },
}

/** The code by itself, or in the whole link where that was pasted. */
function codeIn(form: Params): string | undefined {
  const sent = form.get('token')?.trim()
  return sent?.slice(sent.indexOf('#') + 1)
}

function showDone({ reply, check }: Exchange, { site }: Context): FastifyReply {
  check.refused('set-up-done', 'this server has an administrator')
  return pageHeaders(reply).code(403).send(setUpDonePage(site))
}

interface Again {
  readonly form: Params
  readonly code: string
  readonly problem: AccountFormProblem
}

function show(exchange: Exchange, context: Context, again?: Again): FastifyReply {
  // A code is a secret, and no page shows one: unless it was wrong, it comes back sealed, and need not be typed again.
  const { problem } = again ?? {}
  const kept = problem?.kind === 'fault' && problem.fault.field === 'token' ? '' : (again?.code ?? '')
  const target = bindForm('set-up', '/set-up', undefined, exchange, context, kept)
  const shown = again && { codeKept: kept !== '', typed: typedIn(again.form), problem: again.problem }
  const page = setUpPage({ ...target, ...shown }, context.site)
  return pageHeaders(exchange.reply, { script: setUpScriptSource })
    .code(again ? 400 : 200)
    .send(page)
}
