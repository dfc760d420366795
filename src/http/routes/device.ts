import type { FastifyReply } from 'fastify'
import { answerDevice, type FoundDevice, findDevice, type ShownDevice } from '../../core/endpoints/device.ts'
import { paths } from '../../core/endpoints/paths.ts'
import type { NetworkStanding } from '../../core/network-policy.ts'
import type { Params } from '../../core/params.ts'
import { printUserCode, readUserCode } from '../../core/user-code.ts'
import { addressPrefix } from '../../identity/address.ts'
import { appOf } from '../app-of.ts'
import { bindForm, openForm } from '../bound-form.ts'
import type { Context } from '../context.ts'
import { currentLogin, type SignedIn } from '../current-login.ts'
import { type Exchange, formParams, queryParams } from '../exchange.ts'
import { pageHeaders } from '../headers.ts'
import { statusOutside } from '../outside.ts'
import { type DeviceProblem, devicePage } from '../pages/device.ts'
import { confirmDevicePage } from '../pages/device-confirm.ts'
import { deviceDonePage } from '../pages/device-done.ts'
import { outsidePage } from '../pages/network.ts'
import type { Route } from '../route.ts'
import { refuseForeignOrigin } from '../same-origin.ts'
import { showSignIn } from './sign-in-here.ts'

/**
 * Where people type the code of a device, see what it asks, and answer (RFC 8628 §3.3). The address that brings the code
 * along only fills it in: nothing is looked up, let alone allowed, before somebody has compared it (RFC 10027 §6).
 */
export const deviceRoute: Route = {
  path: paths.device,
  errors: 'page',
  async GET(exchange, context) {
    const user_code = printed(queryParams(exchange).get('user_code') ?? '')
    const signedIn = await currentLogin(exchange, context)
    if (!signedIn) return showSignIn(exchange, context, undefined, { to: 'device', user_code })
    return ask(signedIn, user_code, exchange, context)
  },
  async POST(exchange, context) {
    refuseForeignOrigin(exchange, context.server.issuer)
    const form = formParams(exchange)
    const signedIn = await currentLogin(exchange, context)
    const user_code = printed(form.get('user_code') ?? '')
    // Their session ended while they typed.
    if (!signedIn) return showSignIn(exchange, context, undefined, { to: 'device', user_code })
    const answered = form.get('consent') !== undefined || form.get('account') !== undefined
    if (!answered) return find(user_code, signedIn, form, exchange, context)
    return answer(signedIn, form, exchange, context)
  },
}

/** As it is shown, where it can be a code; else as it was typed, for its typist to mend, but nothing so long as a secret. */
function printed(typed: string): string {
  const code = readUserCode(typed)
  if (code !== undefined) return printUserCode(code)
  return typed.length < 32 ? typed : ''
}

function ask(
  { login }: SignedIn,
  user_code: string,
  exchange: Exchange,
  context: Context,
  problem?: DeviceProblem & { readonly status: number },
): FastifyReply {
  const target = bindForm('device', paths.device, login.sid, exchange, context)
  const page = devicePage({ ...target, user_code, ...(problem ? { problem } : {}) }, context.site)
  return pageHeaders(exchange.reply)
    .code(problem?.status ?? 200)
    .send(page)
}

async function find(user_code: string, signedIn: SignedIn, form: Params, exchange: Exchange, context: Context) {
  const again = (problem: DeviceProblem & { readonly status: number }) =>
    ask(signedIn, user_code, exchange, context, problem)
  const { fresh } = openForm('device', form, signedIn.login.sid, exchange, context)
  if (!fresh) return again({ kind: 'expired', status: 400 })
  const found = await findDevice(user_code, signedIn.login, context.server, exchange.check)
  switch (found.kind) {
    case 'throttled':
      exchange.reply.header('retry-after', String(found.retry_after))
      return again({ kind: 'throttled', minutes: Math.ceil(found.retry_after / 60), status: 429 })
    case 'outside':
      return showOutside(found.standing, exchange, context)
    case 'unknown':
      return again({ kind: 'unknown', status: 400 })
    case 'found':
      return confirm(found, signedIn, exchange, context)
  }
}

function confirm(
  { device: { user_code, code, client, resourceServer }, standing }: Extract<FoundDevice, { readonly kind: 'found' }>,
  { login, user }: SignedIn,
  exchange: Exchange,
  context: Context,
): FastifyReply {
  const shown: ShownDevice = { id: code.token.id, user_code }
  const target = bindForm('device-answer', paths.device, login.sid, exchange, context, JSON.stringify(shown))
  const page = confirmDevicePage(
    {
      ...target,
      app: appOf(client),
      user,
      user_code: printUserCode(user_code),
      scopes: code.scope,
      ...(resourceServer ? { api: resourceServer } : {}),
      ...(standing ? { network: standing } : {}),
      address: code.address,
      here: addressPrefix(code.address) === addressPrefix(exchange.request.ip),
      asked_at: code.created_at,
      now: context.server.clock.now(),
    },
    context.site,
  )
  return pageHeaders(exchange.reply).send(page)
}

async function answer(signedIn: SignedIn, form: Params, exchange: Exchange, context: Context): Promise<FastifyReply> {
  const { login } = signedIn
  const { fresh, carried } = openForm('device-answer', form, login.sid, exchange, context)
  const shown = JSON.parse(carried) as ShownDevice
  const user_code = printUserCode(shown.user_code)
  if (!fresh) return ask(signedIn, user_code, exchange, context, { kind: 'expired', status: 400 })
  // "Not you?": nothing was answered, and somebody else signs in first.
  if (form.get('account') === 'other') return showSignIn(exchange, context, undefined, { to: 'device', user_code })
  const said = form.get('consent')
  if (said !== 'allow' && said !== 'deny') return ask(signedIn, user_code, exchange, context)
  const allowed = said === 'allow'
  const answered = await answerDevice(shown, allowed, login, context.server, exchange.check)
  switch (answered.kind) {
    case 'unknown':
      return ask(signedIn, '', exchange, context, { kind: 'unknown', status: 400 })
    case 'outside':
      return showOutside(answered.standing, exchange, context)
    case 'answered': {
      const app = appOf(answered.device.client)
      return pageHeaders(exchange.reply).send(deviceDonePage({ app, allowed }, context.site))
    }
  }
}

function showOutside(standing: NetworkStanding, exchange: Exchange, { site }: Context): FastifyReply {
  const page = outsidePage({ standing, device: { path: paths.device }, reference: exchange.journey.id }, site)
  return pageHeaders(exchange.reply).code(statusOutside).send(page)
}
