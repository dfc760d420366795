import { type App, appBadge, appName, nameOf } from './app-badge.ts'
import { cancelForm, type FormTarget, form } from './form.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { displayName, type Person, personCard } from './person.ts'
import type { Site } from './site.ts'

export interface SelectAccountPage extends FormTarget {
  readonly app: App
  /** The one account signed in here. */
  readonly user: Person
}

/** Lets the person at the browser say whether the account that is signed in is the one to go on with. */
export function selectAccountPage(page: SelectAccountPage, site: Site): string {
  const { app, user } = page
  return layout(site, {
    title: `Choose an account for ${nameOf(app)}`,
    content: html`
      ${appBadge(app)}
      <h1>Choose an account for ${appName(app)}</h1>
      <p>This account is signed in here:</p>
      ${personCard(user)}
      ${form(
        page,
        html`
          <button class="primary" name="account" value="current">Continue as <bdi>${displayName(user)}</bdi></button>
          <button name="account" value="other">Use another account</button>`,
      )}
      ${cancelForm(page, html`Cancel and return to ${appName(app)}`)}`,
  })
}
