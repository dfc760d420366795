import type { Route } from '../route.ts'

/** Alive: the process answers. */
export const healthzRoute: Route = {
  path: '/healthz',
  at: () => ['/healthz'],
  errors: 'oauth',
  always: true,
  GET: async ({ reply }) => reply.header('cache-control', 'no-store').send({ status: 'ok' }),
}

/** Ready: the store can be read and the keys are loaded. */
export const readyzRoute: Route = {
  path: '/readyz',
  at: () => ['/readyz'],
  errors: 'oauth',
  always: true,
  async GET({ reply }, context) {
    await context.ready()
    return reply.header('cache-control', 'no-store').send({ status: 'ok' })
  },
}
