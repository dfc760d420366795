import { html, type Markup } from './html.ts'

/** One way to go on, as a link. */
export interface Choice {
  readonly href: string
  readonly text: string
  /** One line that lets people recognise their own case. */
  readonly line: string
}

/** What can be chosen, each large, and below it the way on for whoever is not sure. */
export function advisorChoices(choices: readonly Choice[], doubt: Choice | undefined): Markup {
  return html`
    <ul class="choices">
      ${choices.map(
        ({ href, text, line }) => html`
          <li><a class="choice-link" href=${href}>
            <span class="choice-text">${text}</span>
            <span class="choice-line">${line}</span>
          </a></li>`,
      )}
    </ul>
    ${doubt && html`<p class="doubt"><a href=${doubt.href}>${doubt.text}</a> <span>${doubt.line}</span></p>`}`
}
