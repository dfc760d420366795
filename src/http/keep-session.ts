import { knownBrowserMaxAge } from '../identity/known-browser.ts'
import { normaliseLogin } from '../identity/login-name.ts'
import type { SignedIn as BegunSession } from '../identity/sign-in.ts'
import type { Visitor } from '../identity/sign-up.ts'
import type { Context } from './context.ts'
import { type SignedIn, signedInAs } from './current-login.ts'
import type { Exchange } from './exchange.ts'
import { mostSessions, sessionSecrets, writeSessionSecrets } from './session-secrets.ts'

/** The browser in which somebody signs in. */
export interface Browser {
  /** Everybody who is signed in there. */
  readonly present: readonly SignedIn[]
  /** They asked to add an account: who is signed in stays so. */
  readonly adds?: boolean | undefined
}

/** Who submits a form: their address and browser, and the session that one of this login would take the place of. */
export function visitorOf(
  { request }: Exchange,
  { cookies }: Context,
  login: string,
  { present, adds }: Browser,
): Visitor {
  const same = present.find(it => it.user.login === normaliseLogin(login))
  return {
    address: request.ip,
    user_agent: request.headers['user-agent'] ?? '',
    knownBrowser: cookies.read(request, 'known'),
    replaces: (same ?? (adds ? undefined : present[0]))?.session,
  }
}

/**
 * Gives a browser the session that was just begun for it, under its new id. Others stay there when its user was among
 * them, or added to them; otherwise they end, so that nobody finds themselves beside a session that somebody planted.
 */
export async function keepSession(
  begun: BegunSession,
  exchange: Exchange,
  context: Context,
  { present, adds }: Browser,
): Promise<SignedIn> {
  const { reply, journey } = exchange
  const others = present.filter(it => it.user.sub !== begun.user.sub)
  const kept = adds || others.length < present.length ? others.slice(0, mostSessions - 1) : []
  journey.wrote('session', begun.session.token.id)
  for (const { login } of others.filter(it => !kept.includes(it))) {
    await context.identity.endSession(login.sid, 'session-replaced', exchange.check.by('user', login.sub))
  }
  writeSessionSecrets(reply, [begun.cookie, ...secretsOf(kept, exchange, context)], context.cookies)
  context.cookies.write(reply, 'known', begun.knownBrowser, knownBrowserMaxAge)
  return signedInAs(begun.session, begun.user)
}

/** Leaves a browser these of its sessions, the first in front. */
export function keepSessions(kept: readonly SignedIn[], exchange: Exchange, context: Context): void {
  writeSessionSecrets(exchange.reply, secretsOf(kept, exchange, context), context.cookies)
}

/** A secret begins with the public id of its session. */
function secretsOf(kept: readonly SignedIn[], { request }: Exchange, { cookies }: Context): readonly string[] {
  const secrets = sessionSecrets(request, cookies)
  return kept.flatMap(({ login }) => secrets.find(secret => secret.startsWith(`${login.sid}.`)) ?? [])
}
