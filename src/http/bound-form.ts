import type { Params } from '../core/params.ts'
import type { Context } from './context.ts'
import type { Exchange } from './exchange.ts'
import type { FormTarget } from './pages/form.ts'
import { pathOf } from './pages/site.ts'
import { browserOf, refuseForeign } from './parked.ts'

/** What a form of our own, that goes on with no application's request, is for. */
export type FormPurpose = 'account' | 'sign-in' | 'sign-up' | 'set-up'

/** Hidden field of every such form. */
export const boundField = 'form'

/** Seconds in which such a page must be submitted. */
const formLifetime = 3600

/** Where a form posts, with the field that binds it to its purpose, to this browser and, if there is one, to this session. */
export function bindForm(
  purpose: FormPurpose,
  path: string,
  sid: string | undefined,
  exchange: Exchange,
  context: Context,
): FormTarget {
  const { sealer, server, site } = context
  const browser = browserOf(exchange, context)
  const value = sealer.seal(`form ${purpose}`, String(server.clock.now()), binding(browser, sid))
  return { action: pathOf(site, path), hidden: { name: boundField, value } }
}

/**
 * Whether a form is still in time. @throws `page-foreign` when it is not from a page that this browser was given, in
 * this session, for this purpose.
 */
export function isFormFresh(
  purpose: FormPurpose,
  form: Params,
  sid: string | undefined,
  { request, check }: Exchange,
  { sealer, server, cookies }: Context,
): boolean {
  const sealed = form.get(boundField)
  const browser = cookies.read(request, 'browser')
  const began = sealed && browser ? sealer.open(`form ${purpose}`, sealed, binding(browser, sid)) : undefined
  if (began === undefined) throw refuseForeign(check, browser !== undefined)
  check.passed('page-foreign')
  const fresh = Number(began) + formLifetime > server.clock.now()
  if (fresh) check.passed('page-expired')
  // The page is shown again, and says so.
  else check.refused('page-expired', 'this page was open for too long')
  return fresh
}

function binding(browser: string, sid: string | undefined): string {
  return `${browser} ${sid ?? ''}`
}
