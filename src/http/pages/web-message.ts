import { createHash } from 'node:crypto'
import { type App, appBadge, appName, nameOf } from './app-badge.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import type { Site } from './site.ts'

export interface WebMessagePage {
  readonly app: App
  /** Of the proven redirect URI: a page of any other is sent nothing. */
  readonly origin: string
  /** The authorization response. */
  readonly params: Readonly<Record<string, string>>
}

// Nothing in it needs escaping, or its hash would not match. A page that is no frame is its own parent.
const script = `
const { origin, response } = document.getElementById('answer').dataset
const asker = window.opener ?? (window.parent === window ? null : window.parent)
asker?.postMessage({ type: 'authorization_response', response: JSON.parse(response) }, origin)
document.getElementById(asker ? 'sent' : 'alone').hidden = false
`.trim()

/** What a policy's `script-src` must hold for this page to send its message. */
export const webMessageScriptSource: string = `'sha256-${createHash('sha256').update(script).digest('base64')}'`

/** Hands the answer to the page that opened this one or frames it, as `{ type: 'authorization_response', response }`. */
export function webMessagePage({ app, origin, params }: WebMessagePage, site: Site): string {
  return layout(site, {
    title: `Returning to ${nameOf(app)}`,
    script,
    content: html`
      ${appBadge(app)}
      <div id="answer" data-origin=${origin} data-response=${JSON.stringify(params)}>
        <h1>Returning to ${appName(app)}</h1>
        <p id="sent" hidden>The answer is with ${appName(app)}. You can close this window.</p>
        <p id="alone" class="message refusal" hidden>The page of ${appName(app)} that asked is not open any more, so nobody got the answer. Close this window, and start again in ${appName(app)}.</p>
        <noscript><p class="message refusal">The answer goes back to ${appName(app)} by JavaScript, which is off in this browser. Turn it on for this site, and start again in ${appName(app)}.</p></noscript>
      </div>`,
  })
}
