import { html, type Markup } from './html.ts'

/** Where a page's forms post, and the hidden field that binds them to this browser. */
export interface FormTarget {
  readonly action: string
  readonly hidden: { readonly name: string; readonly value: string }
}

/** A form that posts to its target with the bound field in it. */
export function form(target: FormTarget, content: Markup): Markup {
  return html`
    <form method="post" action=${target.action}>
      <input type="hidden" name=${target.hidden.name} value=${target.hidden.value} />
      ${content}
    </form>`
}

/** The way out: a form of its own, so that no field of the first is asked for. It comes after the form that goes on. */
export function cancelForm(target: FormTarget, label: Markup): Markup {
  return form(target, html`<button class="quiet" name="cancel" value="yes">${label}</button>`)
}
