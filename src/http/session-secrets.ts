import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CookieJar } from './cookies.ts'

/** Sessions that one browser holds at most, one for each account: beyond them the one used longest ago ends. */
export const mostSessions = 5

/** Between two secrets in the cookie; none of them has it (RFC 6265 §4.1.1 allows it there). */
const between = '~'

/** The secrets of the sessions that a browser holds, the one used last first. */
export function sessionSecrets(request: FastifyRequest, cookies: CookieJar): readonly string[] {
  return cookies.read(request, 'session')?.split(between, mostSessions) ?? []
}

/** Gives a browser these, and no others. */
export function writeSessionSecrets(reply: FastifyReply, secrets: readonly string[], cookies: CookieJar): void {
  if (secrets.length === 0) cookies.clear(reply, 'session')
  else cookies.write(reply, 'session', secrets.join(between))
}
