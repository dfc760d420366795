import { choiceOf, questions } from '../../advisor/questions.ts'
import { type AdvisorState, addressOf, answeredOf, backTo, isSignInOnly, untouched } from './advisor-state.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

/** What was answered so far, each with a way to answer it again. */
export function advisorTrail(state: AdvisorState, site: Site): Markup {
  const answered = answeredOf(state)
  const given = questions.filter(({ id }) => answered.includes(id))
  return html`
    <aside class="trail" aria-labelledby="trail">
      <h2 id="trail">Your answers</h2>
      <ol>
        ${isSignInOnly(state) && said('What is it for?', 'Only knowing who signs in', addressOf(untouched, site))}
        ${given.map(({ id, text }) => {
          const value = state.answers[id] ?? ''
          const answer = choiceOf(id, value)?.text ?? 'I am not sure'
          return said(text, answer, addressOf(backTo(state, id), site))
        })}
      </ol>
      <p><a href=${addressOf(untouched, site)}>Start over</a></p>
    </aside>`
}

function said(question: string, answer: string, change: string): Markup {
  return html`
    <li>
      <span class="asked">${question}</span>
      <span class="answered">${answer}</span>
      <a href=${change} aria-label=${`Change: ${question}`}>Change</a>
    </li>`
}
