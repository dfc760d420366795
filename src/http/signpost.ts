import type { FastifyReply, FastifyRequest } from 'fastify'
import { reasons } from '../core/reasons.ts'
import type { Context } from './context.ts'
import { pageHeaders } from './headers.ts'
import { misdirected } from './other-host.ts'
import { misdirectedPage } from './pages/misdirected.ts'
import { createLoopNotice } from './redirect-loop.ts'
import type { Route } from './route.ts'

/** Answers a page that was asked for where it is not; nothing when it was asked for where it is. */
export type Signpost = (route: Route, request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined

/** Leads to where the page is, if it can be asked for again and that was not tried just now; 421 says why otherwise. */
export function createSignpost({ server, site }: Pick<Context, 'server' | 'site'>): Signpost {
  const isLoop = createLoopNotice(server)
  return ({ errors, anywhere }, request, reply) => {
    const astray = errors === 'page' && !anywhere ? misdirected(request, server.issuer) : undefined
    if (!astray) return undefined
    const { why, asked, location } = astray
    const again = request.method === 'GET'
    if (again && !isLoop(request.ip, asked, request.url)) return reply.code(307).header('location', location).send()
    const reference = request.id
    const reason = why === 'host' ? 'host-misdirected' : 'https-missing'
    request.log.info({ reference, reason, asked }, 'refused')
    const page = misdirectedPage({ why, reason, asked, reference, ...(again ? { location } : {}) }, site)
    return pageHeaders(reply)
      .code(reasons[reason].status ?? 421)
      .send(page)
  }
}
