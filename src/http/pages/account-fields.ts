import { minPasswordLength } from '../../identity/password-rules.ts'
import { html, type Markup } from './html.ts'

/** What is wrong with one field of a form about an account. */
export interface FieldFault {
  readonly field: string
  readonly says: string
}

export interface Field {
  readonly name: string
  readonly label: string
  readonly type?: 'text' | 'email' | 'password'
  readonly autocomplete: string
  readonly value?: string | undefined
  readonly optional?: boolean
  /** Whether the browser keeps a form with it empty; unless it is optional, it does. */
  readonly required?: boolean
  readonly hint?: string
  readonly focus?: boolean
}

/** One labelled field; what is wrong with it, or how to fill it in, belongs to it for screen readers too. */
export function labelled(field: Field, fault: FieldFault | undefined): Markup {
  const { name, label, type = 'text', autocomplete, value, optional = false, hint, focus = false } = field
  const { required = !optional } = field
  const wrong = fault?.field === name
  const describedBy = [wrong && `${name}-problem`, hint && `${name}-hint`].filter(Boolean).join(' ') || undefined
  const typed = autocomplete === 'username' ? { autocapitalize: 'none', spellcheck: 'false' } : {}
  return html`
    <label for=${name}>${label}${optional && html`<span class="optional"> (optional)</span>`}</label>
    <input id=${name} name=${name} type=${type} autocomplete=${autocomplete} value=${value ?? ''} required=${required} maxlength=${type === 'password' ? undefined : 254} autofocus=${wrong || (focus && !fault)} aria-invalid=${wrong ? 'true' : undefined} aria-describedby=${describedBy} ...${typed} />
    ${wrong && html`<p id=${`${name}-problem`} class="problem" role="alert">${fault.says}</p>`}
    ${hint && html`<p id=${`${name}-hint`} class="hint">${hint}</p>`}`
}

/** A new password, twice: there is no mail yet that could mend a slip. */
export function newPasswordFields(fault: FieldFault | undefined, label = 'Password', name = 'password'): Markup {
  return html`
    ${labelled({ name, label, type: 'password', autocomplete: 'new-password', hint: `At least ${minPasswordLength} characters. A few words that have nothing to do with each other are easy to remember.` }, fault)}
    ${labelled({ name: `${name}_again`, label: `${label}, once more`, type: 'password', autocomplete: 'new-password' }, fault)}`
}
