import type { NetworkStanding } from '../../core/network-policy.ts'
import { type App, appBadge, appName, nameOf } from './app-badge.ts'
import { cancelForm, type FormTarget, form } from './form.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { networkNotice } from './network.ts'
import { setUpMessage } from './set-up-message.ts'
import { pathOf, type Site } from './site.ts'
import { waitWords } from './wait-words.ts'

export interface SignInPage extends FormTarget {
  /** Absent when somebody signs in to their own account here. */
  readonly app?: App
  /** Where an account is made: a form that takes the app's request along, or the page by itself. */
  readonly signUp?: FormTarget | 'page'
  /** What they sign in for, where it is not to look at their account. */
  readonly before?: 'new-client' | 'device' | 'clients'
  /** Nobody can administer this server yet. */
  readonly setUp?: boolean
  /** Filled in from `login_hint`, or from what was typed before. */
  readonly login?: string
  readonly error?: SignInError
  /** Where this visitor stands, when it works on certain networks only. */
  readonly network?: NetworkStanding
}

export type SignInError =
  | { readonly kind: 'wrong' }
  | { readonly kind: 'throttled'; readonly minutes: number }
  | { readonly kind: 'expired' }

/** Asks who is there; the same page whether the name is unknown, the password wrong or the account disabled. */
export function signInPage(page: SignInPage, site: Site): string {
  const { app, error, signUp, setUp, before, network } = page
  return layout(site, {
    title: app ? `Sign in to ${nameOf(app)}` : 'Sign in',
    content: html`
      ${app && appBadge(app)}
      <h1>${app ? html`Sign in to ${appName(app)}` : headings[before ?? 'account']}</h1>
      ${before === 'new-client' && html`<p>An administrator of this server does that. Your answers are kept.</p>`}
      ${before === 'device' && html`<p>Then you see which device asks, and for what.</p>`}
      ${setUp && setUpMessage(site)}
      ${network && networkNotice(network, app)}
      ${error && alert(error)}
      ${form(page, fields(page))}
      ${signUp && signUpWay(signUp, site)}
      ${app && cancelForm(page, html`Cancel and return to ${appName(app)}`)}`,
  })
}

const headings = {
  account: 'Sign in to your account',
  'new-client': 'Sign in to register the app',
  device: 'Sign in to connect a device',
  clients: 'Sign in to see your apps',
} as const

function signUpWay(signUp: FormTarget | 'page', site: Site): Markup {
  return signUp === 'page'
    ? html`<p class="small">New here? <a href=${pathOf(site, '/sign-up')}>Create an account</a></p>`
    : form(signUp, html`<button class="quiet" name="sign_up" value="yes">New here? Create an account</button>`)
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
      return `There were too many failed attempts to sign in. You can try again in ${waitWords(error.minutes)}.`
    case 'expired':
      return 'This page was open for too long to be safe. Sign in again to go on.'
  }
}
