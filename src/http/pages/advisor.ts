import type { Advised } from '../../advisor/advise.ts'
import type { Offered } from '../../advisor/flow-table.ts'
import { advisorScript, advisorStylesheet } from '../assets/index.ts'
import { advisorFoot } from './advisor-foot.ts'
import { advisorScreen } from './advisor-screen.ts'
import { type AdvisorState, hasBegun } from './advisor-state.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { setUpMessage } from './set-up-message.ts'
import type { Site } from './site.ts'

/** The advisor: what it is for, one question at a time, then the answer. The front page of this server; its script only saves the way to it. */
export function advisorPage(
  advised: Advised,
  state: AdvisorState,
  offered: Offered,
  site: Site,
  { setUp = false } = {},
): string {
  const { title, content } = advisorScreen(advised, state, offered, site)
  const first = !hasBegun(state) && state.gate === undefined
  const above = html`${first && setUp && html`<aside class="set-up">${setUpMessage(site)}</aside>`}`
  const screen = { stylesheet: advisorStylesheet, foot: advisorFoot(site) }
  const takenOver = advisorScript && { script: advisorScript, given: { issuer: site.issuer, offered } }
  return layout(site, { title, content, screen, findable: first, above, ...(takenOver && { takenOver }) })
}
