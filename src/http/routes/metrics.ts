import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { decodeAuthorization } from '../decode/authorization.ts'
import { sendStatus } from '../failures.ts'
import { noStore } from '../headers.ts'

export const metricsPath = '/metrics'

/** What is counted, for whoever has the metrics token; for anybody else there is nothing at this path. */
export function mountMetrics(app: FastifyInstance, context: Context): void {
  const { measured, server } = context
  if (measured === undefined) return
  const { sha256, equal } = server.hash
  const hashed = sha256(measured.token)
  app.get(metricsPath, async (request, reply) => {
    const sent = decodeAuthorization(request.headers.authorization)
    const known = sent?.scheme === 'bearer' && equal(sha256(sent.token), hashed)
    if (!known) return sendStatus(404, request, reply, context)
    const { type, body } = await measured.metrics.text()
    return noStore(reply).type(type).send(body)
  })
}
