import { createHash } from 'node:crypto'
import { type App, appBadge, appName, nameOf } from './app-badge.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import type { Site } from './site.ts'

export interface FormPostPage {
  readonly app: App
  readonly redirect_uri: string
  /** The authorization response, one hidden field each. */
  readonly params: Readonly<Record<string, string>>
}

// Through the prototype, since a field named "submit" would hide the form's own method. Nothing in it needs escaping, or its hash would not match.
export const formPostScript = 'HTMLFormElement.prototype.submit.call(document.forms[0])'

/** What a policy's `script-src` must hold for this page to submit by itself. */
export const formPostScriptSource: string = `'sha256-${createHash('sha256').update(formPostScript).digest('base64')}'`

/** Carries the answer to the app in a form that submits itself, or by one click without scripts (OAuth 2.0 Form Post Response Mode §2). */
export function formPostPage({ app, redirect_uri, params }: FormPostPage, site: Site): string {
  return layout(site, {
    title: `Returning to ${nameOf(app)}`,
    script: formPostScript,
    content: html`
      ${appBadge(app)}
      <h1>Returning to ${appName(app)}</h1>
      <p>If nothing happens within a moment, go on by hand.</p>
      <form method="post" action=${redirect_uri}>
        ${Object.entries(params).map(([name, value]) => html`<input type="hidden" name=${name} value=${value} />`)}
        <button class="primary">Continue to ${appName(app)}</button>
      </form>`,
  })
}
