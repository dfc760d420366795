import { advise } from '../../advisor/advise.ts'
import type { Offered } from '../../advisor/flow-table.ts'
import { advisorScript, advisorStylesheet } from '../assets/index.ts'
import { advisorScreen } from './advisor-screen.ts'
import { untouched } from './advisor-state.ts'
import { forkGlyph } from './fork-glyph.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import type { Site } from './site.ts'

const site: Site = { issuer: 'https://id.example.com', standalone: true }

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"

/** The advisor's first page as a file for any web host. The rest of it is the script's, and without scripts the page says where to go. */
export function advisorStandalonePage(offered: Offered): string {
  if (advisorScript === undefined) throw new Error('the script is not built; run node scripts/build-web.mjs first')
  const { title, content } = advisorScreen(advise({}), untouched, offered, site)
  const foot = html`${forkGlyph(20)}<span>Grantwise runs every flow that is named here, in one program.</span>`
  return layout(site, {
    title,
    content: html`${content}<noscript><p class="message information">This page asks in JavaScript, and it is off. The same questions and answers are in docs/which-flow.md of Grantwise.</p></noscript>`,
    screen: { stylesheet: advisorStylesheet, foot },
    findable: true,
    takenOver: { script: advisorScript, given: { ...site, offered } },
    policy,
  })
}
