import type { FastifyReply } from 'fastify'
import type { paths } from '../core/endpoints/paths.ts'
import type { Params } from '../core/params.ts'
import type { Context } from './context.ts'
import { type Exchange, queryOf, refuseSecretsInUrl } from './exchange.ts'
import { noStore, pageHeaders } from './headers.ts'
import { askAgainPage, askAgainScriptSource } from './pages/ask-again.ts'
import { pathOf } from './pages/site.ts'
import { refuseForeignOrigin } from './same-origin.ts'

/** Bytes of a URL that browsers, proxies and we ourselves take without a second thought. */
const longest = 6000

/** What the form that asks again has behind its address: from a window without an origin it would be asked again for ever. */
const mark = 'again'

const askedAgain = new WeakSet<FastifyReply>()

/**
 * Has a browser that posted a request from another site ask it again: by GET, or where that is too long for a URL by a
 * form of our own. Our cookies are SameSite=Lax and stay away from such a POST, so that somebody who is signed in would
 * look like a stranger (OIDC Core §3.1.2.1 and OIDC RP-Initiated Logout §2 want both methods answered alike), and the
 * pages that are open in their browser would be bound to a cookie that a new one takes the place of. `returnsTo` says
 * where the answer may send them. Nothing when the cookie is there, or no browser says where it came from.
 * @throws `invalid_request`, before a secret is in a URL or a page.
 */
export async function askAgain(
  exchange: Exchange,
  { cookies, server, site }: Pick<Context, 'cookies' | 'server' | 'site'>,
  path: typeof paths.authorization | typeof paths.end_session,
  params: Params,
  returnsTo: () => Promise<readonly string[]>,
): Promise<FastifyReply | undefined> {
  const { request, reply, check } = exchange
  if (request.headers['sec-fetch-site'] !== 'cross-site') return undefined
  if (cookies.read(request, 'session') !== undefined) return undefined
  const parameters = params.entries()
  refuseSecretsInUrl(parameters, check)
  const location = `${server.issuer.replace(/\/$/, '')}${path}?${new URLSearchParams(parameters)}`
  if (location.length <= longest) {
    askedAgain.add(reply)
    return noStore(reply).code(303).header('location', location).header('referrer-policy', 'no-referrer').send()
  }
  // In a frame there is no cookie for our own form either, and none is taken there.
  if (request.headers['sec-fetch-dest'] !== 'document') return undefined
  if (queryOf(exchange) === mark) refuseForeignOrigin(exchange, server.issuer)
  const formTargets = await returnsTo()
  askedAgain.add(reply)
  const page = askAgainPage({ action: `${pathOf(site, path)}?${mark}`, parameters }, site)
  return pageHeaders(reply, { formTargets, script: askAgainScriptSource }).send(page)
}

/** Whether this request was only sent on to be asked again. */
export function isAskedAgain({ reply }: Pick<Exchange, 'reply'>): boolean {
  return askedAgain.has(reply)
}
