import { parseCookie, stringifySetCookie } from 'cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Which cookies there are: who is signed in, which browser this is, and whom it has signed in before. */
export type CookieName = 'session' | 'browser' | 'known'

export interface CookieJar {
  read(request: FastifyRequest, name: CookieName): string | undefined
  /** Without `maxAge` (seconds) it goes with the browser. */
  write(reply: FastifyReply, name: CookieName, value: string, maxAge?: number): void
  clear(reply: FastifyReply, name: CookieName): void
}

/**
 * Cookies as the issuer allows: `__Host-` and Secure on https. On http, which is loopback only, every port of the
 * host receives every cookie, so the port is in the name; and so is the path, since an issuer beside another on one
 * host would take the other's for its own.
 */
export function createCookieJar(issuer: string): CookieJar {
  const { protocol, port, pathname } = new URL(issuer)
  const secure = protocol === 'https:'
  const path = pathname.replace(/^\/|\/$/g, '').replaceAll('/', '!')
  const own = (secure ? '' : `-${port || 80}`) + (path && `-${path}`)
  const nameOf = (name: CookieName) => `${secure ? '__Host-' : ''}grantwise-${name}${own}`
  const attributes = { httpOnly: true, secure, sameSite: 'lax', path: '/' } as const
  return {
    read(request, name) {
      const { cookie } = request.headers
      const own = nameOf(name)
      return cookie === undefined || isTwice(cookie, own) ? undefined : parseCookie(cookie)[own]
    },
    write(reply, name, value, maxAge) {
      const age = maxAge === undefined ? {} : { maxAge }
      reply.header('set-cookie', stringifySetCookie({ name: nameOf(name), value, ...attributes, ...age }))
    },
    clear(reply, name) {
      reply.header('set-cookie', stringifySetCookie({ name: nameOf(name), value: '', ...attributes, maxAge: 0 }))
    },
  }
}

/** Whether a name comes more than once: another port of the host may have set one of them, and none says which (RFC 6265 §8.6). */
function isTwice(cookie: string, name: string): boolean {
  const first = cookie.indexOf(`${name}=`)
  if (first === cookie.lastIndexOf(`${name}=`)) return false
  return cookie.split(';').filter(pair => pair.trimStart().startsWith(`${name}=`)).length > 1
}
