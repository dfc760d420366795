import type { FastifyInstance } from 'fastify'
import { isRepeated } from './repeated-header.ts'

const twoHosts = Object.assign(new Error('more than one Host'), { code: 'TWO_HOSTS', statusCode: 400 })

/** RFC 9112 §3.2: more than one Host MUST be 400; whoever stands in front of us may have gone by the other. */
export function refuseTwoHosts(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => done(isRepeated(raw, 'host') ? twoHosts : undefined))
}
