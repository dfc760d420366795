import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Answer, createDemoApi, type DemoOptions } from './api.ts'
import { endpoints } from './endpoints.ts'
import { demoAudience } from './registration.ts'

/** Serves the demo API beside its issuer, on the same port. */
export function mountDemoApi(app: FastifyInstance, options: DemoOptions): void {
  const api = createDemoApi(options)
  const base = `${new URL(demoAudience(options.issuer)).pathname}/v1`
  serve(app, api.metadataPath, async () => ({ status: 200, body: api.metadata }))
  serve(app, base, async () => ({ status: 200, body: api.index }))
  for (const endpoint of endpoints) {
    serve(app, base + endpoint.path, ({ method, ip, headers: { authorization }, raw: { url = '' } }) =>
      api.answer(endpoint, { method, address: ip, authorization, query: new URL(url, 'http://query').searchParams }),
    )
  }
}

/** One path: GET and HEAD are answered, any page may ask for leave to, and nothing else is allowed (RFC 9110 §15.5.6). */
function serve(app: FastifyInstance, url: string, answer: (request: FastifyRequest) => Promise<Answer>): void {
  app.route({
    method: ['GET', 'HEAD'],
    url,
    handler: async (request, reply) => send(reply, await answer(request)),
  })
  app.route({
    method: 'OPTIONS',
    url,
    handler: (_request, reply) =>
      open(reply)
        .code(204)
        .header('access-control-allow-methods', 'GET, HEAD')
        .header('access-control-allow-headers', 'Authorization')
        .header('access-control-max-age', '600')
        .send(),
  })
  app.route({
    method: ['POST', 'PUT', 'PATCH', 'DELETE'],
    url,
    handler: (_request, reply) =>
      send(reply.header('allow', 'GET, HEAD, OPTIONS'), {
        status: 405,
        body: { error: 'invalid_request', error_description: 'this path answers to GET only' },
      }),
  })
}

function send(reply: FastifyReply, { status, body, challenge }: Answer): FastifyReply {
  if (challenge !== undefined) reply.header('www-authenticate', challenge)
  return open(reply)
    .code(status)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .type('application/json')
    .send(JSON.stringify(body))
}

/** Any page may read any answer: a token in a header is the only key, and no cookie opens anything here. */
function open(reply: FastifyReply): FastifyReply {
  return reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', 'WWW-Authenticate')
}
