import { paths } from '../../core/endpoints/paths.ts'
import { type FormTarget, form } from './form.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { pathOf, type Site } from './site.ts'
import { waitWords } from './wait-words.ts'

export interface DevicePage extends FormTarget {
  /** As it came with the address, or as it was typed before; else ''. */
  readonly user_code: string
  readonly problem?: DeviceProblem
}

export type DeviceProblem =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'throttled'; readonly minutes: number }
  | { readonly kind: 'expired' }

/** Asks for the code that a device shows; one that is filled in is to be compared (RFC 8628 §3.3.1). */
export function devicePage(page: DevicePage, site: Site): string {
  const { user_code, problem } = page
  const wrong = problem?.kind === 'unknown'
  const marks = { 'aria-invalid': wrong ? 'true' : undefined, 'aria-describedby': problem ? 'problem' : undefined }
  return layout(site, {
    title: 'Connect a device',
    content: html`
      <h1>Connect a device</h1>
      <p>${user_code === '' || wrong ? 'Type the code that your device shows.' : 'Does your device show this code?'} Then you see what it asks for.</p>
      ${problem && html`<p id="problem" class=${problem.kind === 'expired' ? 'message information' : 'message refusal'} role="alert" tabindex="-1" autofocus=${problem.kind === 'throttled'}>${said(problem)}</p>`}
      ${form(
        page,
        html`
          <label for="user_code">Code</label>
          <input id="user_code" class="user-code" name="user_code" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="64" placeholder="XXXX-XXXX" required value=${user_code} autofocus=${problem?.kind !== 'throttled'} ...${marks} />
          <button class="primary">Continue</button>`,
      )}
      <p class="small">Only go on if you have the device in front of you. Nobody who sends you a code, or reads one to you, means well.</p>`,
  })
}

function said(problem: DeviceProblem): string {
  switch (problem.kind) {
    case 'unknown':
      return 'No device waits with this code. Look at the device again; if it shows another code, or none, go on from there.'
    case 'throttled':
      return `There were too many codes that no device shows. You can try again in ${waitWords(problem.minutes)}.`
    case 'expired':
      return 'This page was open for too long to be safe. Continue to go on.'
  }
}

/** That page, with a code filled in. */
export function devicePath(user_code: string, site: Site): string {
  const path = pathOf(site, paths.device)
  return user_code === '' ? path : `${path}?${new URLSearchParams({ user_code })}`
}
