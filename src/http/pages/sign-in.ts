import { type App, appBadge, appName, nameOf } from './app-badge.ts'
import { cancelForm, type FormTarget, form } from './form.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import type { Site } from './site.ts'

export interface SignInPage extends FormTarget {
  readonly app: App
  /** Filled in from `login_hint`, or from what was typed before. */
  readonly login?: string
  readonly error?: SignInError
}

export type SignInError =
  | { readonly kind: 'wrong' }
  | { readonly kind: 'throttled'; readonly minutes: number }
  | { readonly kind: 'expired' }

/** Asks who is there; the same page whether the name is unknown, the password wrong or the account disabled. */
export function signInPage(page: SignInPage, site: Site): string {
  const { app, error } = page
  return layout(site, {
    title: `Sign in to ${nameOf(app)}`,
    content: html`
      ${appBadge(app)}
      <h1>Sign in to ${appName(app)}</h1>
      ${error && alert(error)}
      ${form(page, fields(page))}
      ${cancelForm(page, html`Cancel and return to ${appName(app)}`)}`,
  })
}

function fields({ login, error }: SignInPage): Markup {
  const wrong = error?.kind === 'wrong'
  // The first error has the focus; without one, the first field that is still empty.
  const focus = error?.kind === 'throttled' ? 'alert' : login && !wrong ? 'password' : 'login'
  const marks = { 'aria-invalid': wrong ? 'true' : undefined, 'aria-describedby': error ? 'problem' : undefined }
  return html`
    <label for="login">Username</label>
    <input id="login" name="login" type="text" autocomplete="username" inputmode="email" autocapitalize="none" spellcheck="false" required value=${login ?? ''} autofocus=${focus === 'login'} ...${marks} />
    <label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required autofocus=${focus === 'password'} ...${marks} />
    <button class="primary">Sign in</button>`
}

function alert(error: SignInError): Markup {
  const tone = error.kind === 'expired' ? 'information' : 'refusal'
  return html`<p id="problem" class=${`message ${tone}`} role="alert" tabindex="-1" autofocus=${error.kind === 'throttled'}>${said(error)}</p>`
}

function said(error: SignInError): string {
  switch (error.kind) {
    case 'wrong':
      return 'The username or the password is not right. Check both and try again.'
    case 'throttled':
      return `There were too many failed attempts to sign in. You can try again in ${minutes(error.minutes)}.`
    case 'expired':
      return 'This page was open for too long to be safe. Sign in again to go on.'
  }
}

function minutes(count: number): string {
  return count === 1 ? '1 minute' : `${count} minutes`
}
