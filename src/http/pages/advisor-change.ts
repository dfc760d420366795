import type { Flow } from '../../advisor/flows.ts'
import { lacking } from './advisor-lacking.ts'
import { type AdvisorState, addressOf } from './advisor-state.ts'
import { changePath, clientPath } from './client-path.ts'
import { html, type Markup } from './html.ts'
import { pathOf, type Site } from './site.ts'

/** The way on for a registered app that is asked about again: what the answer would change of it. */
export function advisorChange(
  flow: Flow,
  missing: readonly string[],
  state: AdvisorState & { readonly client?: string | undefined },
  site: Site,
): Markup {
  const { client = '' } = state
  const back = html`<a href=${pathOf(site, clientPath(client))}>Leave it as it is</a>`
  if (flow.id === 'none') return html`<p class="next"><a class="button" href="#trail">Change an answer</a> ${back}</p>`
  if (missing.length > 0) return html`${lacking(flow, missing)}<p class="next">${back}</p>`
  const change = addressOf(state, site, changePath(client))
  return html`<p class="next"><a class="button" href=${change}>Change <code>${client}</code> to this</a> ${back}</p>`
}

/** Said above every question about a registered app: which it is, and the way out. */
export function advisorChanging(client: string, site: Site): Markup {
  return html`<p class="changing">Your answers are about <code>${client}</code>. Nothing changes before you say so. <a href=${pathOf(site, clientPath(client))}>Leave it as it is</a></p>`
}
