import { labelled, newPasswordFields } from './account-fields.ts'
import { type FormTarget, form } from './form.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { type AccountFormProblem, problemMessage } from './sign-up.ts'
import { pathOf, type Site } from './site.ts'

export interface PasswordPage extends FormTarget {
  readonly login: string
  readonly problem?: AccountFormProblem
}

/** Asks for the current password and a new one, and says what will end. */
export function passwordPage(page: PasswordPage, site: Site): string {
  const { login, problem } = page
  const fault = problem?.kind === 'fault' ? problem.fault : undefined
  return layout(site, {
    title: 'Change your password',
    content: html`
      <h1>Change your password</h1>
      <p>This signs you out everywhere else. Apps that you let in while you are away keep their access: remove those that you do not want on <a href=${pathOf(site, '/account')}>your account page</a>.</p>
      ${problem && problemMessage(problem)}
      ${form(
        page,
        html`
          <input type="text" name="username" autocomplete="username" value=${login} readonly hidden />
          ${labelled({ name: 'password', label: 'Current password', type: 'password', autocomplete: 'current-password', focus: !problem }, fault)}
          ${newPasswordFields(fault, 'New password', 'new_password')}
          <button class="primary">Change password</button>`,
      )}
      <p class="small"><a href=${pathOf(site, '/account')}>Cancel and go back to your account</a></p>`,
  })
}
