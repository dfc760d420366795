import { createHash } from 'node:crypto'
import { labelled } from './account-fields.ts'
import { forkGlyph } from './fork-glyph.ts'
import { type FormTarget, form } from './form.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { type AccountFormProblem, accountFields, problemMessage, type TypedAccount } from './sign-up.ts'
import { pathOf, type Site } from './site.ts'

export interface SetUpPage extends FormTarget {
  /** The form has it, and does not ask for it. */
  readonly codeKept?: boolean
  readonly typed?: TypedAccount
  readonly problem?: AccountFormProblem
}

// The script gives the focus, since an autofocus would be in its way. The code stands in the fragment, which no server, log or referrer sees. Nothing in it needs escaping, or its hash would not match.
const script =
  "const code=location.hash.slice(1);if(code){document.getElementById('token').value=code;history.replaceState(null,'',location.pathname);document.getElementById('login').focus()}"

/** What the page's policy must hold for the code to be filled in. */
export const setUpScriptSource: string = `'sha256-${createHash('sha256').update(script).digest('base64')}'`

const codeField = {
  name: 'token',
  label: 'Set-up code',
  autocomplete: 'off',
  hint: 'What follows the # in the link that the server printed when it started.',
}

/** Makes the first admin of a new server, for whoever holds the link that its start printed. */
export function setUpPage(page: SetUpPage, site: Site): string {
  const { codeKept = false, typed = {}, problem } = page
  const fault = problem?.kind === 'fault' ? problem.fault : undefined
  return layout(site, {
    title: 'Set up this server',
    content: html`
      <span class="badge">${forkGlyph(28)}</span>
      <h1>Set up this server</h1>
      <p>Make its first administrator: you. This can be done once.</p>
      ${problem && problemMessage(problem)}
      ${form(
        page,
        html`
          ${codeKept ? html`<p>Your set-up code is kept.</p>` : labelled(codeField, fault)}
          ${accountFields(typed, problem, false)}
          <button class="primary">Create the administrator</button>`,
      )}
      ${!codeKept && html`<script>${script}</script>`}`,
  })
}

/** Says that there is an admin, and where to go on. */
export function setUpDonePage(site: Site): string {
  return layout(site, {
    title: 'This server is set up',
    content: html`
      <h1>This server is set up</h1>
      <p>It has an administrator already, so a set-up link makes no other one.</p>
      <p><a href=${pathOf(site, '/account')}>Go to your account</a></p>
      <h2>For whoever runs this server</h2>
      <p>If nobody knows that administrator's password any more, set another with <code>grantwise user set-password</code>.</p>`,
  })
}
