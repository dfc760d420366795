import { type Advice, toJson } from '../../advisor/advise.ts'
import { type AdvisorState, addressOf } from './advisor-state.ts'
import { html, type Markup } from './html.ts'
import { pathOf, type Site } from './site.ts'

/** How to take this answer along: its address, on paper, and for programs. */
export function advisorKeep(advice: Advice, state: AdvisorState, site: Site): Markup {
  return html`
    <section class="keep" aria-labelledby="keep">
      <h2 id="keep">Keep it, or send it on</h2>
      <p>The address of this page holds your answers, and nothing else does. Whoever opens it sees this answer; printed, the page is complete.</p>
      ${!site.standalone && html`<p><a href=${addressOf(state, site)}>${new URL(addressOf(state, site), site.issuer).href}</a></p>`}
      <details>
        <summary>This answer as JSON</summary>
        <p class="small">Byte for byte what <code>POST ${site.standalone ? '/api/advise' : pathOf(site, '/api/advise')}</code> and <code>grantwise advise --json</code> answer.</p>
        <pre class="json" tabindex="0">${toJson({ question: null, advice })}</pre>
      </details>
    </section>`
}
