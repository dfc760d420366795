import type { Effect } from '../../admin/effect.ts'
import { html, type Markup } from './html.ts'

/** What a change does, in words: what breaks first, each marked by a word of its own. */
export function effects(all: readonly Effect[]): Markup {
  const breaking = all.filter(({ kind }) => kind === 'breaks')
  const others = all.filter(({ kind }) => kind === 'changes')
  return html`
    <section aria-labelledby="breaks">
      <h2 id="breaks">What it breaks</h2>
      ${breaking.length === 0 ? html`<p>Nothing: what works now goes on.</p>` : list(breaking)}
    </section>
    ${
      others.length > 0 &&
      html`
        <section aria-labelledby="others">
          <h2 id="others">What else changes</h2>
          ${list(others)}
        </section>`
    }`
}

function list(all: readonly Effect[]): Markup {
  return html`<ul class="effects">${all.map(({ kind, says }) => html`<li class=${kind}>${says}</li>`)}</ul>`
}
