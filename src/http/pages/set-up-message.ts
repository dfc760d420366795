import { html, type Markup } from './html.ts'
import { pathOf, type Site } from './site.ts'

/** What to do on a server that has no administrator yet. */
export function setUpMessage(site: Site): Markup {
  return html`<p class="message information">This server has no administrator yet. Whoever runs it opens the set-up link that it printed when it started, or pastes its code on the <a href=${pathOf(site, '/set-up')}>set-up page</a>.</p>`
}
