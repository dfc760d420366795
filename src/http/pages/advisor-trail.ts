import { choiceOf, questions } from '../../advisor/questions.ts'
import { type AdvisorState, addressOf, backTo, untouched } from './advisor-state.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

/** What was answered so far, each with a way to answer it again. */
export function advisorTrail(state: AdvisorState, site: Site): Markup {
  const given = questions.filter(({ id }) => state.answers[id] !== undefined)
  return html`
    <aside class="trail" aria-labelledby="trail">
      <h2 id="trail">Your answers</h2>
      <ol>
        ${given.map(({ id, text }) => {
          const value = state.answers[id] ?? ''
          return html`
            <li>
              <span class="asked">${text}</span>
              <span class="answered">${choiceOf(id, value)?.text ?? 'I am not sure'}</span>
              <a href=${addressOf(backTo(state, id), site)} aria-label=${`Change: ${text}`}>Change</a>
            </li>`
        })}
      </ol>
      <p><a href=${addressOf(untouched, site)}>Start over</a></p>
    </aside>`
}
