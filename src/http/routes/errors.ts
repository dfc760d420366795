import { errorGroups, explain, isErrorId } from '../../advisor/explain/index.ts'
import { paths } from '../../core/endpoints/paths.ts'
import { type ReasonId, reasons } from '../../core/reasons.ts'
import type { Context } from '../context.ts'
import { type Exchange, queryParams } from '../exchange.ts'
import { sendStatus } from '../failures.ts'
import { pageHeaders } from '../headers.ts'
import { nothingFoundPage, reasonPage, reasonsPage } from '../pages/reason.ts'
import { refusalPage } from '../refusal-page.ts'
import type { Route } from '../route.ts'
import { viewerOf } from '../viewer.ts'

/** Every reason, by what it is about. */
export const reasonsRoute: Route = {
  path: paths.errors,
  errors: 'page',
  GET: async ({ reply }, { site }) => pageHeaders(reply).send(reasonsPage(errorGroups, site)),
}

/** What `error_uri` leads to: the page of one reason, the same for everybody. */
export const reasonRoute: Route = {
  path: `${paths.errors}/:reason`,
  errors: 'page',
  async GET({ request, reply }, context) {
    const { reason = '' } = request.params as { readonly reason?: string }
    if (!isErrorId(reason)) return sendStatus(404, request, reply, context)
    return pageHeaders(reply).send(reasonPage(explain(reason), context.site))
  },
}

/** A failure by its reference, for those who may see it; to everybody else it looks as if there were none. */
export const errorLookupRoute: Route = {
  path: `${paths.errors}/lookup`,
  errors: 'page',
  async GET(exchange, context) {
    const { reply } = exchange
    const reference = queryParams(exchange).get('reference')
    const page = reference === undefined ? undefined : await lookUp(reference, exchange, context)
    return pageHeaders(reply)
      .code(page === undefined ? 404 : 200)
      .send(page ?? nothingFoundPage(context.site))
  },
}

async function lookUp(reference: string, exchange: Exchange, context: Context): Promise<string | undefined> {
  const found = await context.journeys.find(reference)
  const viewer = await viewerOf(exchange, context, found?.journey.client_id)
  const refused = found?.journey.steps
    .filter(step => step.reference === reference)
    .flatMap(({ checks = [] }) => checks)
    .findLast(check => !check.passed)
  if (viewer === 'anybody' || !refused || !isReason(refused.reason)) return undefined
  const { reason, detail = {} } = refused
  return refusalPage({ reason, detail, reference, viewer }, context)
}

function isReason(text: string): text is ReasonId {
  return Object.hasOwn(reasons, text)
}
