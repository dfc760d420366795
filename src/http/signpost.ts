import type { FastifyReply, FastifyRequest } from 'fastify'
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
    request.log.info({ reference, why, asked }, 'misdirected')
    const page = misdirectedPage({ why, asked, reference, ...(again ? { location } : {}) }, site)
    return pageHeaders(reply).code(421).send(page)
  }
}
