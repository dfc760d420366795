import { formPostScript, formPostScriptSource } from './form-post.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import type { Site } from './site.ts'

export interface AskAgainPage {
  readonly action: string
  /** Of the request, one hidden field each. */
  readonly parameters: readonly (readonly [string, string])[]
}

/** What a policy's `script-src` must hold for this page to submit by itself. */
export const askAgainScriptSource: string = formPostScriptSource

/** Posts to us what another site posted, from a page of our own; by one click without scripts. */
export function askAgainPage({ action, parameters }: AskAgainPage, site: Site): string {
  return layout(site, {
    title: 'Going on',
    script: formPostScript,
    content: html`
      <h1>Going on</h1>
      <p>If nothing happens within a moment, go on by hand.</p>
      <form method="post" action=${action}>
        ${parameters.map(([name, value]) => html`<input type="hidden" name=${name} value=${value} />`)}
        <button class="primary">Continue</button>
      </form>`,
  })
}
