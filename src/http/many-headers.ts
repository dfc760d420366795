import type { FastifyInstance } from 'fastify'

/** Some releases of Node drop what comes after so many fields, and say nothing: it may be what a proxy added of the visitor. */
const most = 1000

const manyHeaders = Object.assign(new Error('too many header fields'), { code: 'MANY_HEADERS', statusCode: 431 })

/** RFC 6585 §5: a request whose last fields may be hidden is refused. */
export function refuseManyHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => done(raw.rawHeaders.length >= 2 * most ? manyHeaders : undefined))
}
