import { forkGlyph } from './fork-glyph.ts'
import { html, type Markup } from './html.ts'
import { pathOf, type Site } from './site.ts'

/** The name at the top of a page that fills the screen; it leads to the first question. */
export function brand(site: Site): Markup {
  return html`<p class="brand"><a href=${pathOf(site, '/')}>${forkGlyph(22)}<span>Grantwise</span></a></p>`
}
