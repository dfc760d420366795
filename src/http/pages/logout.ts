import { type App, appBadge, appName } from './app-badge.ts'
import { cancelForm, type FormTarget, form } from './form.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { type Person, personCard } from './person.ts'
import type { Site } from './site.ts'

export interface LogoutPage extends FormTarget {
  /** The app that asked, where it said which it is. */
  readonly app?: App
  /** Everybody who is signed in at the browser. */
  readonly users: readonly Person[]
}

/** Asks before signing out, since any page can send a browser here (OIDC RP-Initiated Logout §2). */
export function logoutPage(page: LogoutPage, site: Site): string {
  const { app, users } = page
  return layout(site, {
    title: 'Sign out',
    content: html`
      ${app && appBadge(app)}
      <h1>Sign out?</h1>
      <p>${app ? html`${appName(app)} asks to sign you out of this server.` : 'This signs you out of this server.'} ${users.length > 1 && 'Each of these accounts is signed out. '}Other apps may keep you signed in until you sign out of them too.</p>
      ${users.map(user => personCard(user))}
      ${form(page, html`<button class="primary" name="logout" value="yes">Sign out</button>`)}
      ${cancelForm(page, html`Stay signed in`)}`,
  })
}
