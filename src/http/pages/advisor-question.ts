import type { AskedQuestion } from '../../advisor/advise.ts'
import { policies } from '../../advisor/policies/index.ts'
import { unsure } from '../../advisor/questions.ts'
import { type AdvisorState, addressOf, withAnswer } from './advisor-state.ts'
import { advisorTrail } from './advisor-trail.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

interface Part {
  readonly title: string
  readonly content: Markup
}

/** One question with its answers, each a link to what comes next. */
export function advisorQuestion(question: AskedQuestion | null, state: AdvisorState, site: Site): Part {
  if (question === null) throw new TypeError('there is neither a question nor an answer')
  const { id, text, answers } = question
  const count = Object.keys(state.answers).length
  const to = (value: string): string => addressOf(withAnswer(state, id, value), site)
  const choices = answers.filter(({ value }) => value !== unsure)
  const doubt = answers.find(({ value }) => value === unsure)
  return {
    title: count === 0 ? 'Which OAuth flow should I use?' : text,
    content: html`
      <div class="asking">
        <section>
          <p class="kicker">${count === 0 ? 'Which OAuth flow should I use?' : `Question ${count + 1}`}</p>
          <h1 class="question">${text}</h1>
          ${count === 0 && html`<p class="lead">Answer a few questions about your program, and see which flow fits it, why, and what others would say.</p>`}
          <ul class=${choices.length > 2 ? 'choices many' : 'choices'}>
            ${choices.map(
              choice => html`
                <li><a class="choice-link" href=${to(choice.value)}>
                  <span class="choice-text">${choice.text}</span>
                  <span class="choice-line">${choice.explanation}</span>
                </a></li>`,
            )}
          </ul>
          ${doubt && html`<p class="doubt"><a href=${to(unsure)}>${doubt.text}</a> <span>${doubt.explanation}</span></p>`}
          <p class="small">The answer comes from ${listed(policies.map(({ name, date }) => html`${name} <span class="date">as of ${date}</span>`))}.</p>
        </section>
        ${count > 0 && advisorTrail(state, site)}
      </div>`,
  }
}

/** Three of them, as a sentence names them. */
function listed(items: readonly Markup[]): Markup {
  return html`${items.map((item, index) => html`${index > 0 && (index < items.length - 1 ? ', ' : ' and ')}${item}`)}`
}
