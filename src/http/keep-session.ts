import { knownBrowserMaxAge } from '../identity/known-browser.ts'
import type { SignedIn as BegunSession } from '../identity/sign-in.ts'
import type { Visitor } from '../identity/sign-up.ts'
import type { Context } from './context.ts'
import { type SignedIn, signedInAs } from './current-login.ts'
import type { Exchange } from './exchange.ts'

/** Who submits a form: their address and browser, and the session that theirs would take the place of. */
export function visitorOf({ request }: Exchange, { cookies }: Context, before: SignedIn | undefined): Visitor {
  return {
    address: request.ip,
    user_agent: request.headers['user-agent'] ?? '',
    knownBrowser: cookies.read(request, 'known'),
    replaces: before?.session,
  }
}

/** Gives a browser the session that was just begun for it, under its new id. */
export function keepSession(begun: BegunSession, { reply, journey }: Exchange, { cookies }: Context): SignedIn {
  journey.wrote('session', begun.session.token.id)
  cookies.write(reply, 'session', begun.cookie)
  cookies.write(reply, 'known', begun.knownBrowser, knownBrowserMaxAge)
  return signedInAs(begun.session, begun.user)
}
