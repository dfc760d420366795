import type { FastifyInstance, FastifyRequest } from 'fastify'
import { paths } from '../core/endpoints/paths.ts'
import type { Grant } from '../core/grants/grant.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { endpointOf } from './request-fields.ts'

/** Has every answer counted, once it is on its way. */
export function measureAnswers(app: FastifyInstance, metrics: Metrics, grants: readonly Grant[]): void {
  const known = new Set(grants.map(({ grant_type }) => grant_type))
  app.addHook('onResponse', (request, reply, done) => {
    const endpoint = endpointOf(request)
    const grant_type = endpoint === paths.token ? grantTypeOf(request, known) : ''
    metrics.answered({ endpoint, grant_type, status: reply.statusCode, seconds: reply.elapsedTime / 1000 })
    done()
  })
}

/** What was asked for at the token endpoint, in one of a few words. */
function grantTypeOf({ body }: FastifyRequest, known: ReadonlySet<string>): string {
  const sent = typeof body === 'string' ? /(?:^|&)grant_type=([^&]*)/.exec(body)?.[1] : undefined
  if (sent === undefined) return 'other'
  if (known.has(sent)) return sent
  const decoded = new URLSearchParams(`grant_type=${sent}`).get('grant_type') ?? ''
  return known.has(decoded) ? decoded : 'other'
}
