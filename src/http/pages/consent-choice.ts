import { type FormTarget, form } from './form.ts'
import { html, type Markup } from './html.ts'
import { type Person, personCard } from './person.ts'

/** Allow, which comes first for the Enter key, or not. */
export function consentChoice(target: FormTarget): Markup {
  return form(
    target,
    html`
      <div class="choice">
        <button class="primary" name="consent" value="allow">Allow</button>
        <button name="consent" value="deny">Do not allow</button>
      </div>`,
  )
}

/** Who is asked, and the way for somebody else. */
export function whoIsAsked(target: FormTarget, user: Person): Markup {
  return html`
    <div class="signed-in">
      ${personCard(user)}
      ${form(target, html`<button class="quiet" name="account" value="other">Not you?</button>`)}
    </div>`
}
