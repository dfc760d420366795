import { type App, appBadge, appName, nameOf } from './app-badge.ts'
import { consentChoice, whoIsAsked } from './consent-choice.ts'
import type { FormTarget } from './form.ts'
import { html, type Markup, webAddress } from './html.ts'
import { layout } from './layout.ts'
import type { Person } from './person.ts'
import { type Api, scopeList } from './scope-list.ts'
import { pathOf, type Site } from './site.ts'

export interface ConsentPage extends FormTarget {
  readonly app: App
  readonly user: Person
  /** The scopes that an "Allow" would grant. */
  readonly scopes: readonly string[]
  /** The API the token is for; absent when it is for userinfo only. */
  readonly api?: Api
  /** The proven redirect URI, whose host the page names. */
  readonly redirect_uri: string
}

/** Says what is asked, by whom and for whom, and takes the answer (RFC 6749 §4.1.1, OIDC Core §3.1.2.4). */
export function consentPage(page: ConsentPage, site: Site): string {
  const { app, api, scopes, user } = page
  return layout(site, {
    title: `Allow ${nameOf(app)} access`,
    content: html`
      ${appBadge(app)}
      <h1>Allow ${appName(app)} access?</h1>
      ${whoRuns(app)}
      <p>With your account <bdi class="name">${user.login}</bdi>, ${appName(app)} will be able to:</p>
      ${scopeList(scopes, api)}
      ${consentChoice(page)}
      <p class="small">Either way you return to ${appName(app)} at <bdi class="host">${returnsTo(page.redirect_uri)}</bdi>. You can take this back at any time on <a href=${pathOf(site, '/account')} target="_blank">your account page</a>.</p>
      ${whoIsAsked(page, user)}`,
  })
}

/** Where the browser goes next: a host for a web address, the scheme for an app on the device. */
function returnsTo(redirectUri: string): string {
  return webAddress(redirectUri)?.host ?? redirectUri.split(':', 1).join('')
}

/** Links to what the app registered about itself (RFC 7591 §2), in another tab: coming back to a posted page would ask to post again. */
function whoRuns(app: App): Markup {
  const home = webAddress(app.client_uri)
  const policy = webAddress(app.policy_uri)
  const terms = webAddress(app.tos_uri)
  return html`
    <ul class="links small">
      <li>${home ? html`Run by <a href=${home.href} target="_blank" rel="noreferrer">${home.host}</a>` : 'No website is registered for this app'}</li>
      ${policy && html`<li><a href=${policy.href} target="_blank" rel="noreferrer">Privacy policy</a></li>`}
      ${terms && html`<li><a href=${terms.href} target="_blank" rel="noreferrer">Terms of service</a></li>`}
    </ul>`
}
