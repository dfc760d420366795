import { clientsPath } from './client-path.ts'
import { forkGlyph } from './fork-glyph.ts'
import { html, type Markup } from './html.ts'
import { type Place, pathOf, type Site, type Visitor } from './site.ts'

/** The name at the top of the pages of the site, and the ways to the others that this visitor may open. */
export function siteHead(site: Site): Markup | undefined {
  const { navigation, standalone } = site
  if (!navigation && !standalone) return undefined
  return html`
    <header class="site">
      <p class="brand"><a href=${pathOf(site, '/')}>${forkGlyph(22)}<span>Grantwise</span></a></p>
      ${navigation && ways(navigation, site)}
    </header>`
}

function ways({ at, visitor }: NonNullable<Site['navigation']>, site: Site): Markup {
  return html`
    <nav aria-label="Pages of this server">
      ${waysFor(visitor).map(([place, path, name]) => html`<a href=${pathOf(site, path)} aria-current=${place === at ? 'page' : undefined}>${name}</a>`)}
    </nav>`
}

function waysFor({ signedIn, looksAfterApps }: Visitor): readonly (readonly [Place, string, string])[] {
  return [
    ['advisor', '/', 'Advisor'],
    ['flows', '/flows', 'Flows'],
    ['doctor', '/doctor', 'Doctor'],
    ['errors', '/errors', 'Errors'],
    ...(looksAfterApps ? [['apps', clientsPath, 'Apps'] as const] : []),
    ['account', '/account', signedIn ? 'Account' : 'Sign in'],
  ]
}
