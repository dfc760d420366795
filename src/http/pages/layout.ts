import { type Asset, favicon, siteStylesheet, stylesheet } from '../assets/index.ts'
import { forkGlyph } from './fork-glyph.ts'
import { html, type Markup, toDocument } from './html.ts'
import { siteHead } from './navigation.ts'
import { type Notice, pathOf, type Site } from './site.ts'

export interface Page {
  /** Names the page among many tabs; the product's name is added. */
  readonly title: string
  readonly content: Markup
  /** Only the front page may be found by a search engine; every other belongs to one visit. */
  readonly findable?: boolean
  /** What stands above the page's own content, and stays when a script goes on with that. */
  readonly above?: Markup
  /** A page that fills the screen instead of a card: the look it adds, and what its foot says. */
  readonly screen?: { readonly stylesheet: Asset; readonly also?: Asset; readonly foot: Markup }
  /** A broader card, for addresses and comparisons, with the look of what is in it. */
  readonly broad?: Asset
  /** Runs once all of the page is there; the response's policy must name its hash. */
  readonly script?: string
  /** A script of ours that goes on with the page, and what it is given; the response's policy must let `'self'` run. */
  readonly takenOver?: { readonly script: Asset; readonly given?: object }
  /** Its Content-Security-Policy, where no header carries one. */
  readonly policy?: string
}

/** One card on a quiet ground: what every page of the server looks like. Nothing from another origin. */
export function layout(site: Site, page: Page): string {
  const head = siteHead(site)
  return toDocument(html`
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        ${page.policy && html`<meta http-equiv="content-security-policy" content=${page.policy} />`}
        <title>${page.title} - Grantwise</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${!page.findable && html`<meta name="robots" content="noindex" />`}
        <link rel="icon" type="image/svg+xml" href=${pathOf(site, favicon.path)} />
        <link rel="stylesheet" href=${pathOf(site, stylesheet.path)} />
        ${head && html`<link rel="stylesheet" href=${pathOf(site, siteStylesheet.path)} />`}
        ${page.screen && html`<link rel="stylesheet" href=${pathOf(site, page.screen.stylesheet.path)} />`}
        ${page.broad && html`<link rel="stylesheet" href=${pathOf(site, page.broad.path)} />`}
        ${page.screen?.also && html`<link rel="stylesheet" href=${pathOf(site, page.screen.also.path)} />`}
        ${page.takenOver && html`<script type="module" src=${pathOf(site, page.takenOver.script.path)}></script>`}
      </head>
      <body>
        ${site.notice && noticeBar(site.notice)}
        ${head}
        ${page.above}
        <main class=${page.screen ? 'screen' : page.broad ? 'card broad' : 'card'} data-given=${given(page)}>${page.content}</main>
        <footer>${page.screen ? page.screen.foot : html`${forkGlyph(20)}<span>Grantwise</span>`}</footer>
        ${page.script && html`<script>${page.script}</script>`}
      </body>
    </html>`)
}

function given({ takenOver }: Page): string | undefined {
  return takenOver?.given && JSON.stringify(takenOver.given)
}

function noticeBar({ tone, text }: Notice): Markup {
  return html`<aside class=${`message notice ${tone}`} aria-label="Notice"><p>${text}</p></aside>`
}
