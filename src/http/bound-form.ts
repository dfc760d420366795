import type { Params } from '../core/params.ts'
import type { Context } from './context.ts'
import type { Exchange } from './exchange.ts'
import type { FormTarget } from './pages/form.ts'
import { pathOf } from './pages/site.ts'
import { browserOf, refuseForeign } from './parked.ts'

/** What a form of our own, that goes on with no application's request, is for. */
export type FormPurpose =
  | 'account'
  | 'sign-in'
  | 'sign-up'
  | 'set-up'
  | 'new-client'
  | 'client'
  | 'change-client'
  | 'device'
  | 'device-answer'
  | 'doctor'

/** Hidden field of every such form. */
export const boundField = 'form'

/** Seconds in which such a page must be submitted. */
const formLifetime = 3600

/** A form of ours that came back. */
export interface OpenedForm {
  readonly fresh: boolean
  /** Until when it could be submitted, in seconds since 1970. */
  readonly expires_at: number
  /** What its page gave it to take along. */
  readonly carried: string
}

/** Where a form posts, with the field that binds it to its purpose, to this browser and, if there is one, to this session. */
export function bindForm(
  purpose: FormPurpose,
  path: string,
  sid: string | undefined,
  exchange: Exchange,
  context: Context,
  carried = '',
): FormTarget {
  const { sealer, server, site } = context
  const browser = browserOf(exchange, context)
  const value = sealer.seal(`form ${purpose}`, `${server.clock.now()} ${carried}`, binding(browser, sid))
  return { action: pathOf(site, path), hidden: { name: boundField, value } }
}

/** Whether a form is still in time. @throws `page-foreign`; see `openForm`. */
export function isFormFresh(
  purpose: FormPurpose,
  form: Params,
  sid: string | undefined,
  exchange: Exchange,
  context: Context,
): boolean {
  return openForm(purpose, form, sid, exchange, context).fresh
}

/**
 * A form with what its page gave it, in time or not. @throws `page-foreign` when it is not from a page that this
 * browser was given, in this session, for this purpose.
 */
export function openForm(
  purpose: FormPurpose,
  form: Params,
  sid: string | undefined,
  { request, check }: Exchange,
  { sealer, server, cookies }: Context,
): OpenedForm {
  const sealed = form.get(boundField)
  const browser = cookies.read(request, 'browser')
  const opened = sealed && browser ? sealer.open(`form ${purpose}`, sealed, binding(browser, sid)) : undefined
  if (opened === undefined) throw refuseForeign(check, browser !== undefined)
  check.passed('page-foreign')
  const [, began, carried = ''] = /^(\d+) ?(.*)$/s.exec(opened) ?? []
  const expires_at = Number(began) + formLifetime
  const fresh = expires_at > server.clock.now()
  if (fresh) check.passed('page-expired')
  // The page is shown again, and says so.
  else check.refused('page-expired', 'this page was open for too long')
  return { fresh, expires_at, carried }
}

function binding(browser: string, sid: string | undefined): string {
  return `${browser} ${sid ?? ''}`
}
