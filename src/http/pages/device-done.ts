import { type App, appBadge, appName } from './app-badge.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { pathOf, type Site } from './site.ts'

export interface DeviceDonePage {
  readonly app: App
  readonly allowed: boolean
}

/** Says what was answered, and that it goes on elsewhere. */
export function deviceDonePage({ app, allowed }: DeviceDonePage, site: Site): string {
  const heading = allowed ? 'Your device is connected' : 'Your device was not let in'
  return layout(site, {
    title: heading,
    content: html`
      ${appBadge(app)}
      <h1>${heading}</h1>
      <p>${
        allowed
          ? html`${appName(app)} goes on there in a few seconds. You can close this page.`
          : html`${appName(app)} got nothing. If you did not start this yourself, somebody may have tried to get into your account: do not type codes that others send you.`
      }</p>
      ${allowed && html`<p class="small">You can take this back at any time on <a href=${pathOf(site, '/account')}>your account page</a>.</p>`}`,
  })
}
