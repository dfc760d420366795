import type { FlowRow } from '../../advisor/flow-rows.ts'
import { grants } from '../../core/grants/index.ts'
import { responseTypes } from '../../core/response-types/index.ts'
import type { Server } from '../../core/server.ts'
import { allowOrigin } from '../cors.ts'
import { pageHeaders } from '../headers.ts'
import type { Route } from '../route.ts'

const known = { grants, responseTypes }

/** What each flow can do, those included that this server has off. */
export const flowsRoute: Route = {
  path: '/flows',
  errors: 'page',
  async GET({ reply }, { server, site }) {
    const { flowsPage } = await import('../pages/flows.ts')
    return pageHeaders(reply).send(flowsPage(await table(server), site))
  },
}

/** The same for programs. It says nothing of anybody, so anybody may read it. */
export const flowsApiRoute: Route = {
  path: '/api/flows',
  errors: 'oauth',
  cors: 'anybody',
  async GET({ request, reply }, { server }) {
    await allowOrigin(request, reply, 'anybody', server)
    return reply
      .type('application/json')
      .header('cache-control', 'public, max-age=300')
      .send(JSON.stringify({ flows: await table(server) }))
  },
}

async function table(server: Server): Promise<readonly FlowRow[]> {
  const { flowRows } = await import('../../advisor/flow-rows.ts')
  return flowRows(known, server)
}
