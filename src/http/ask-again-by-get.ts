import type { FastifyReply } from 'fastify'
import { paths } from '../core/endpoints/paths.ts'
import type { Context } from './context.ts'
import { type Exchange, formParams, refuseSecretsInUrl } from './exchange.ts'
import { noStore } from './headers.ts'

/** Bytes of a URL that browsers, proxies and we ourselves take without a second thought. */
const longest = 6000

const askedAgain = new WeakSet<FastifyReply>()

/**
 * Sends a browser that posted a request from another site to ask it again by GET. Our cookies are SameSite=Lax and stay
 * away from such a POST, so that somebody who is signed in would look like a stranger (OIDC Core §3.1.2.1 and OIDC
 * RP-Initiated Logout §2 want both methods answered alike). Nothing when the cookie is there, when no browser says where it came from, or when the
 * request is too long for a URL. @throws `invalid_request`, before a secret is in one.
 */
export function askAgainByGet(
  exchange: Exchange,
  { cookies, server }: Pick<Context, 'cookies' | 'server'>,
  path: string = paths.authorization,
): FastifyReply | undefined {
  const { request, reply, check } = exchange
  if (request.headers['sec-fetch-site'] !== 'cross-site') return undefined
  if (cookies.read(request, 'session') !== undefined) return undefined
  const parameters = formParams(exchange).entries()
  const location = `${server.issuer.replace(/\/$/, '')}${path}?${new URLSearchParams(parameters)}`
  if (location.length > longest) return undefined
  refuseSecretsInUrl(parameters, check)
  askedAgain.add(reply)
  return noStore(reply).code(303).header('location', location).header('referrer-policy', 'no-referrer').send()
}

/** Whether this request was only sent on to be asked again. */
export function isAskedAgain({ reply }: Pick<Exchange, 'reply'>): boolean {
  return askedAgain.has(reply)
}
