import { type App, appBadge, appName, nameOf } from './app-badge.ts'
import { html, webAddress } from './html.ts'
import { layout } from './layout.ts'
import type { Site } from './site.ts'

export interface SignedOutPage {
  readonly app?: App
  /** Other accounts stay signed in at the browser. */
  readonly others?: boolean
}

/** Says that it is done, where there is no registered address to return to. */
export function signedOutPage({ app, others }: SignedOutPage, site: Site): string {
  const home = webAddress(app?.client_uri)
  return layout(site, {
    title: 'You are signed out',
    content: html`
      ${app && appBadge(app)}
      <h1>You are signed out</h1>
      <p>${others ? 'Your other accounts stay signed in to this server in this browser.' : 'Nobody is signed in to this server in this browser any more.'} You can close this page.</p>
      ${app && home && html`<p><a href=${home.href} rel="noreferrer" aria-label=${`Go to ${nameOf(app)}`}>Go to ${appName(app)}</a></p>`}`,
  })
}
