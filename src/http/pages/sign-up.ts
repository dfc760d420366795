import { type FieldFault, labelled, newPasswordFields } from './account-fields.ts'
import { type App, appBadge, appName, nameOf } from './app-badge.ts'
import { cancelForm, type FormTarget, form } from './form.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { pathOf, type Site } from './site.ts'
import { waitWords } from './wait-words.ts'

/** What was typed before, but for the passwords. */
export interface TypedAccount {
  readonly login?: string | undefined
  readonly name?: string | undefined
  readonly email?: string | undefined
}

export type AccountFormProblem =
  | { readonly kind: 'fault'; readonly fault: FieldFault }
  | { readonly kind: 'throttled'; readonly minutes: number }
  | { readonly kind: 'expired' }

export interface SignUpPage extends FormTarget {
  /** The app that the person came from, and the form that goes back to its sign-in page. */
  readonly app?: { readonly app: App; readonly signIn: FormTarget }
  readonly typed?: TypedAccount
  readonly problem?: AccountFormProblem
}

/** Makes an account, and goes on to the app that it was made for. */
export function signUpPage(page: SignUpPage, site: Site): string {
  const { app, typed = {}, problem } = page
  const from = app?.app
  return layout(site, {
    title: from ? `Create an account for ${nameOf(from)}` : 'Create an account',
    content: html`
      ${from && appBadge(from)}
      <h1>Create an account</h1>
      ${from && html`<p>With it you go on to ${appName(from)}, and you can use it for other apps that sign in here.</p>`}
      ${problem && problemMessage(problem)}
      ${form(page, html`${accountFields(typed, problem)}<button class="primary">Create account</button>`)}
      ${
        app
          ? html`
            ${form(app.signIn, html`<button class="quiet" name="account" value="other">Have an account? Sign in</button>`)}
            ${cancelForm(app.signIn, html`Cancel and return to ${appName(app.app)}`)}`
          : html`<p class="small">Have an account? <a href=${pathOf(site, '/sign-in')}>Sign in</a></p>`
      }`,
  })
}

/** The fields of everybody's own account: who they are, and the password. */
export function accountFields(typed: TypedAccount, problem: AccountFormProblem | undefined, focus = true): Markup {
  const fault = problem?.kind === 'fault' ? problem.fault : undefined
  return html`
    ${labelled({ name: 'login', label: 'Username', autocomplete: 'username', value: typed.login, focus: focus && !problem }, fault)}
    ${newPasswordFields(fault)}
    ${labelled({ name: 'name', label: 'Your name', autocomplete: 'name', value: typed.name, optional: true }, fault)}
    ${labelled({ name: 'email', label: 'Email address', type: 'email', autocomplete: 'email', value: typed.email, optional: true }, fault)}`
}

/** What stands above the form; a fault of one field stands beside it. */
export function problemMessage(problem: AccountFormProblem): Markup | undefined {
  switch (problem.kind) {
    case 'fault':
      return undefined
    case 'throttled':
      return html`<p id="problem" class="message refusal" role="alert" tabindex="-1" autofocus>There were too many attempts from here. You can try again in ${waitWords(problem.minutes)}.</p>`
    case 'expired':
      return html`<p id="problem" class="message information" role="alert" tabindex="-1" autofocus>This page was open for too long to be safe. Type the passwords again to go on.</p>`
  }
}

/** Says that this server makes no accounts for strangers, and who can. */
export function signUpOffPage(site: Site): string {
  return layout(site, {
    title: 'Nobody can sign up here',
    content: html`
      <h1>Nobody can sign up here</h1>
      <p>This server does not let people create accounts by themselves. Ask whoever runs it for one.</p>
      <h2>For whoever runs this server</h2>
      <p>Make an account with <code>grantwise user add</code>, or let everybody sign up with <code>--sign-up</code>.</p>
      <p class="small">Have an account? <a href=${pathOf(site, '/sign-in')}>Sign in</a></p>`,
  })
}
