import { clientsPath } from './client-path.ts'
import { forkGlyph } from './fork-glyph.ts'
import { html, type Markup } from './html.ts'
import { pathOf, type Site } from './site.ts'

const places = [
  ['apps', clientsPath, 'Apps'],
  ['advisor', '/', 'Advisor'],
  ['account', '/account', 'Your account'],
] as const

/** The name and the ways at the top of a page for those who look after apps. */
export function consoleHead(at: (typeof places)[number][0] | undefined, site: Site): Markup {
  return html`
    <header class="console">
      <p class="brand"><a href=${pathOf(site, '/')}>${forkGlyph(22)}<span>Grantwise</span></a></p>
      <nav aria-label="Pages of this server">
        ${places.map(([id, path, name]) => html`<a href=${pathOf(site, path)} aria-current=${id === at ? 'page' : undefined}>${name}</a>`)}
      </nav>
    </header>`
}

export function consoleFoot(): Markup {
  return html`${forkGlyph(20)}<span>Grantwise</span>`
}
