import type { Context } from './context.ts'
import { pairsToShow } from './decode/form.ts'
import { type Exchange, queryOf } from './exchange.ts'
import { type Parked, parkedField } from './parked.ts'

/** The client that a page was asked for by, however broken the request is; nothing is proven by it. */
export function askingClient(exchange: Exchange, context: Context): string | undefined {
  const { body } = exchange.request
  const form = pairsToShow(typeof body === 'string' ? body : '')
  const named = form.get('client_id') ?? pairsToShow(queryOf(exchange)).get('client_id')
  return named ?? parkedClient(form.get(parkedField), exchange, context)
}

/** The client of the request that waits in a form, if the form is this browser's. */
function parkedClient(sealed: string | null, { request }: Exchange, { cookies, sealer }: Context): string | undefined {
  const browser = cookies.read(request, 'browser')
  if (sealed === null || browser === undefined) return undefined
  const opened = sealer.open('authorize', sealed, browser) ?? sealer.open('logout', sealed, browser)
  if (opened === undefined) return undefined
  const { params } = JSON.parse(opened) as Parked
  return params.find(([name]) => name === 'client_id')?.[1]
}
