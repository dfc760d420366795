import { forkGlyph } from './fork-glyph.ts'
import { html, type Markup } from './html.ts'

export function consoleFoot(): Markup {
  return html`${forkGlyph(20)}<span>Grantwise</span>`
}
