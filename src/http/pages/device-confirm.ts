import type { NetworkStanding } from '../../core/network-policy.ts'
import { type App, appBadge, appName, nameOf } from './app-badge.ts'
import { consentChoice, whoIsAsked } from './consent-choice.ts'
import type { FormTarget } from './form.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { deviceNotice } from './network.ts'
import type { Person } from './person.ts'
import { type Api, scopeList } from './scope-list.ts'
import { pathOf, type Site } from './site.ts'
import { when } from './when.ts'

export interface ConfirmDevicePage extends FormTarget {
  readonly app: App
  readonly user: Person
  /** As the device shows it. */
  readonly user_code: string
  readonly scopes: readonly string[]
  readonly api?: Api
  /** Where who is asked stands to the app's network policy; absent where none is on. */
  readonly network?: NetworkStanding
  /** From where the device asked, and whether that may be where this browser is: behind a proxy everybody may seem to be. */
  readonly address: string
  readonly here: boolean
  /** Seconds since 1970. */
  readonly asked_at: number
  readonly now: number
}

/** Shows what a device asks, for whom, from where and when, beside the code that it shows (RFC 8628 §5.4, RFC 10027 §6). */
export function confirmDevicePage(page: ConfirmDevicePage, site: Site): string {
  const { app, user, user_code, scopes, api, network, address, here, asked_at, now } = page
  return layout(site, {
    title: `Connect ${nameOf(app)}`,
    content: html`
      ${appBadge(app)}
      <h1>Connect ${appName(app)}?</h1>
      <p>Your device must show this very code:</p>
      <p class="user-code">${user_code}</p>
      <p class="message retired">Only allow this if you started it yourself, on a device in front of you. If somebody sent you the code, do not: they would get into your account.</p>
      <dl>
        <dt>Asked from</dt>
        <dd><bdi>${address}</bdi>${!here && ', another network than the one you are on'}</dd>
        <dt>Asked</dt>
        <dd>${when(asked_at, now)}</dd>
      </dl>
      ${network && deviceNotice(network, app)}
      <p>With your account <bdi class="name">${user.login}</bdi>, ${appName(app)} will be able to:</p>
      ${scopeList(scopes, api)}
      ${consentChoice(page)}
      <p class="small">You can take this back at any time on <a href=${pathOf(site, '/account')} target="_blank">your account page</a>.</p>
      ${whoIsAsked(page, user)}`,
  })
}
