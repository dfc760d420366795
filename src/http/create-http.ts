import type { RequestListener } from 'node:http'
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { scrubDetail } from '../journeys/redact.ts'
import { isAskedAgain } from './ask-again.ts'
import type { Context } from './context.ts'
import { preflight } from './cors.ts'
import { textFault } from './decode/text.ts'
import { openExchange } from './exchange.ts'
import { logNotice, logRefused, logRetired, sendFailure, sendMalformed, sendStatus } from './failures.ts'
import { everyField } from './headers.ts'
import { closeJourney } from './journey.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { createListener, type Tls } from './listener.ts'
import { logRequests } from './log-requests.ts'
import { refuseManyHeaders } from './many-headers.ts'
import { measureAnswers } from './measure.ts'
import type { Lane } from './overload.ts'
import { createOverloadGate, type OverloadGate } from './overload-gate.ts'
import type { Place } from './pages/site.ts'
import type { Answer, Route } from './route.ts'
import { metricsPath, mountMetrics } from './routes/metrics.ts'
import { routes } from './routes.ts'
import { createSignpost, type Signpost } from './signpost.ts'
import { navigableAt, placeOf } from './site-place.ts'
import { refuseTwoHosts } from './two-hosts.ts'
import { refuseUnreadable } from './unreadable.ts'

export interface HttpOptions {
  readonly log_level: string
  /** Addresses and networks whose X-Forwarded-For is believed; from anybody else it is ignored. */
  readonly trust_proxy: readonly string[]
  readonly tls: Tls | undefined
  /** Where log lines go; to standard output unless given. */
  readonly log?: { write(line: string): void } | undefined
  /** What is taken on at once. */
  readonly limits?: Partial<Limits> | undefined
  /** Milliseconds of a clock that never steps. */
  readonly stopwatch: () => number
}

const bodyLimit = 100_000

/** No route has a JSON schema: Fastify need not load what compiles them. */
const noSchemas = { buildValidator: () => noSchema, buildSerializer: () => noSchema }
function noSchema(): never {
  throw new Error('routes here check what they are sent by themselves')
}

/** The HTTP server over a context: every route of the table, 405 for its other methods, and 404 for the rest. */
export function createHttp(context: Context, options: HttpOptions): FastifyInstance {
  const fields = everyField(context.server.issuer)
  const limits = { ...defaultLimits, ...options.limits }
  const metrics = context.measured?.metrics
  const gate = createOverloadGate({
    limits,
    stopwatch: options.stopwatch,
    site: context.site,
    requestId: () => context.server.random.id(),
    passwordsFull: context.identity.isFull,
    report(refused) {
      app.log.warn({ refused, reason: 'server-busy' }, 'overloaded')
      metrics?.overloaded(refused)
    },
  })
  const bind = (reply: FastifyReply) => reply.headers(fields).header('x-request-id', reply.request.id)
  const app = fastify({
    bodyLimit,
    genReqId: () => context.server.random.id(),
    trustProxy: options.trust_proxy.length > 0 ? [...options.trust_proxy] : false,
    // The longest client_id, with everything in it escaped.
    routerOptions: { querystringParser: () => ({}), maxParamLength: 765 },
    schemaController: { compilersFactory: noSchemas },
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    // Request lines are ours to write: Fastify's would hold the query, and with it codes and hints.
    logController: new LogController({ disableRequestLogging: true }),
    // Every line names its request by itself; a logger for each would cost more than most requests ever log.
    childLoggerFactory: logger => logger,
    // What was sent may hold a token where none belongs: in a redirect URI, in a scope.
    logger: {
      level: options.log_level,
      base: null,
      serializers: { detail: scrubDetail },
      ...(options.log ? { stream: options.log } : {}),
    },
    clientErrorHandler: refuseUnreadable(
      context.server.issuer,
      () => context.server.random.id(),
      reason => metrics?.refused(reason),
    ),
    // Found before any hook runs.
    frameworkErrors: (error, request, reply) => sendMalformed(error, request, bind(reply), context),
    serverFactory: answer =>
      createListener(gate.before(answer as RequestListener), options, context.server.issuer, limits).on(
        'connection',
        gate.connected,
      ),
  })
  const issuerPath = new URL(context.server.issuer).pathname.replace(/\/$/, '')
  app.addHook('onRequest', (_request, reply, done) => {
    bind(reply)
    done()
  })
  refuseTwoHosts(app)
  refuseManyHeaders(app)
  if (metrics) measureAnswers(app, metrics, context.server.grants)
  if (options.log_level === 'debug' || options.log_level === 'trace') logRequests(app, context)
  acceptForms(app)
  acceptJson(
    app,
    routes.filter(({ json }) => json).map(({ path }) => issuerPath + path),
  )
  const signpost = createSignpost(context)
  for (const route of routes) addRoute(app, route, issuerPath, context, signpost, gate)
  gate.lane(new Set([metricsPath]), { always: true })
  mountMetrics(app, context)
  app.setNotFoundHandler((request, reply) => sendStatus(404, request, reply, context))
  app.setErrorHandler((error: FastifyError, request, reply) => sendMalformed(error, request, reply, context))
  return app
}

/** A body is a form, kept as the text it came as; any other kind is read past and refused where a form is needed. */
function acceptForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, (_request, body: Buffer, done) =>
    done(textFault(body), body.toString()),
  )
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, undefined))
}

/** JSON is kept as its text too, but only where a route asks for it: OAuth's endpoints take forms (RFC 6749 §3.2). */
function acceptJson(app: FastifyInstance, urls: readonly string[]): void {
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) =>
    done(textFault(body), urls.includes(request.routeOptions.url ?? '') ? body.toString() : undefined),
  )
}

function addRoute(
  app: FastifyInstance,
  route: Route,
  issuerPath: string,
  context: Context,
  signpost: Signpost,
  gate: OverloadGate,
): void {
  const below = issuerPath + route.path
  const urls = new Set([below, ...(route.at?.(issuerPath) ?? [])])
  const lane = gate.lane(urls, route)
  const mounted = { route, lane, at: placeOf(route) }
  for (const url of urls) {
    const methods = (['GET', 'POST'] as const).filter(method => route[method])
    for (const method of methods) {
      const answer = route[method]
      if (answer)
        app.route({
          method,
          url,
          config: { endpoint: route.path },
          handler: (request, reply) => signpost(route, request, reply) ?? run(answer, mounted, request, reply, context),
        })
    }
    refuseOtherMethods(app, url, methods, route, context)
  }
}

/** A route with what is known of it before any request. */
interface Mounted {
  readonly route: Route
  readonly lane: Lane
  readonly at: Place | undefined
}

async function run(
  answer: Answer,
  { route, lane, at }: Mounted,
  request: FastifyRequest,
  reply: FastifyReply,
  context: Context,
): Promise<FastifyReply> {
  const exchange = openExchange(request, reply, context.journeys)
  lane.began()
  try {
    const sent = await answer(exchange, at === undefined ? context : await navigableAt(at, exchange, context))
    // Refusals that were answered without an error: one sent to a client, a sign-in that failed.
    for (const refusal of exchange.journey.refusals) {
      logRefused(refusal, request)
      context.measured?.metrics.refused(refusal.reason)
    }
    for (const notice of exchange.journey.notices) logNotice(notice, request)
    const { retired } = exchange.journey
    if (retired !== undefined) logRetired(retired, request)
    return sent
  } catch (error) {
    // Awaited, so that its status is known when the journey is closed.
    return await sendFailure(error, exchange, route, context)
  } finally {
    lane.ended()
    // The request that counts is still to come.
    if (!isAskedAgain(exchange)) closeJourney(exchange, route, context)
  }
}

/** 405 names the methods there are (RFC 9110 §15.5.6); OPTIONS is a preflight where pages may read the answer. */
function refuseOtherMethods(
  app: FastifyInstance,
  url: string,
  methods: readonly ('GET' | 'POST')[],
  { cors, path }: Route,
  context: Context,
): void {
  const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), ...(cors ? ['OPTIONS'] : [])]
  const others = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'] as const).filter(
    method => !(methods as readonly string[]).includes(method),
  )
  app.route({
    method: [...others],
    url,
    config: { endpoint: path },
    handler(request, reply) {
      if (request.method === 'OPTIONS' && cors) return preflight(request, reply, cors, methods, context.server)
      reply.header('allow', allowed.join(', '))
      if (request.method === 'HEAD' && methods.includes('GET')) return reply.code(200).send()
      return sendStatus(405, request, reply, context)
    },
  })
}
