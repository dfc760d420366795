import type { FastifyRequest } from 'fastify'
import type { Check } from '../core/check.ts'
import type { Progress } from '../core/interaction.ts'
import type { Params } from '../core/params.ts'
import type { Context } from './context.ts'
import type { Exchange } from './exchange.ts'

/** A request that waits in a page for its user: sealed, bound to one browser, stored nowhere. */
export interface Parked {
  /** Taken by the transaction that issues its code, so that it is answered once. */
  readonly id: string
  readonly started_at: number
  readonly journey_id: string
  readonly params: readonly (readonly [string, string])[]
  readonly progress: Progress
  /** The sign-in that it waits for is of one more account: who is signed in stays so. */
  readonly adds?: true
  /** The sessions that a page asked about, and that its button ends. */
  readonly ends?: readonly string[]
  /** What a page showed, and to whom: only that is allowed by its button, and only as that user. */
  readonly shown?: { readonly sub: string; readonly scope: readonly string[] }
}

/** What waits: a request at /authorize, or one to sign out. */
export type ParkedPurpose = 'authorize' | 'logout'

/** Hidden field of every form that goes on with a parked request. */
export const parkedField = 'parked'

const longest = 8192

/** The hidden field for a page. @throws `invalid_request` when the request is too large to be kept in one. */
export function park(purpose: ParkedPurpose, parked: Parked, exchange: Exchange, context: Context): string {
  const sealed = context.sealer.seal(purpose, JSON.stringify(parked), browserOf(exchange, context))
  if (sealed.length > longest) {
    throw exchange.check.refused('request-too-large', 'the request is too long', { length: sealed.length, longest })
  }
  return sealed
}

/** A new parked request. */
export function beginParked(params: Params, progress: Progress, exchange: Exchange, { server }: Context): Parked {
  return {
    id: server.random.id(),
    started_at: server.clock.now(),
    journey_id: exchange.journey.id,
    params: params.entries(),
    progress,
  }
}

/** The request that a form goes on with. @throws when it is not from a page that this browser was given, or too old. */
export function openParked(
  purpose: ParkedPurpose,
  sealed: string | undefined,
  exchange: Exchange,
  { sealer, server, cookies }: Context,
): Parked {
  const { check, request } = exchange
  const browser = cookies.read(request, 'browser')
  const opened = sealed && browser ? sealer.open(purpose, sealed, browser) : undefined
  if (opened === undefined) throw refuseForeign(check, browser !== undefined)
  check.passed('page-foreign')
  const parked = JSON.parse(opened) as Parked
  exchange.journey.continues(parked.journey_id)
  if (parked.started_at + server.lifetimes.parked <= server.clock.now()) {
    throw check.refused('page-expired', 'this page was open for too long', {
      expired_at: parked.started_at + server.lifetimes.parked,
      now: server.clock.now(),
    })
  }
  check.passed('page-expired')
  return parked
}

/** The error for a form that no page of ours gave to this browser. */
export function refuseForeign(check: Check, cookie: boolean) {
  return check.refused('page-foreign', 'this form was not made for this browser', { browser_cookie: cookie })
}

/** The values given in answers that are still being made: every form of one page is bound to the same. */
const given = new WeakMap<FastifyRequest, string>()

/** The value that this browser's pages are bound to; given now if it has none. */
export function browserOf({ request, reply }: Exchange, { cookies, server }: Context): string {
  const known = cookies.read(request, 'browser')
  if (known !== undefined && /^[A-Za-z0-9_-]{43}$/.test(known)) return known
  const before = given.get(request)
  if (before !== undefined) return before
  const fresh = server.random.secret()
  given.set(request, fresh)
  cookies.write(reply, 'browser', fresh)
  return fresh
}
