import type { Result } from '../../advisor/advise.ts'
import type { Outcome } from '../../advisor/follow-ups/follow-up.ts'
import { choiceOf, questions } from '../../advisor/questions.ts'
import { outcomesOf } from '../../advisor/settle-follow-ups.ts'
import { type AdvisorState, addressOf, backTo, withAnswer } from './advisor-state.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

/** How many stand open at first; the rest is for whoever wants to know. */
const open = 6

/** Questions that settle details of the flow that was found, each answer a link; an answered one says what follows. */
export function advisorFollowUps(result: Result, state: AdvisorState, site: Site): Markup | false {
  const { followups } = result
  const more = followups.slice(open)
  return (
    followups.length > 0 &&
    html`
      <section aria-labelledby="follow-ups">
        <h2 id="follow-ups">Settle the details, if you like</h2>
        <p>Each changes only what it says.</p>
        ${listOf(followups.slice(0, open), result, state, site)}
        ${
          more.length > 0 &&
          html`
            <details open=${more.some(({ answer }) => answer !== null)}>
              <summary>${more.length === 1 ? 'One more detail' : `${more.length} more details`}</summary>
              ${listOf(more, result, state, site)}
            </details>`
        }
      </section>`
  )
}

function listOf(followups: Result['followups'], result: Result, state: AdvisorState, site: Site): Markup {
  const better = new Map(outcomesOf(result).flatMap(({ id, instead }) => (instead ? [[id, instead] as const] : [])))
  const to = (id: string, value: string): string =>
    `${addressOf({ ...state, followups: { ...state.followups, [id]: value } }, site)}#${id}`
  return html`
    <ul class="follow-ups">
      ${followups.map(
        ({ id, text, answers, answer, outcome }) => html`
          <li id=${id}>
            <h3 id=${`${id}-text`}>${text}</h3>
            <ul class="options" aria-labelledby=${`${id}-text`}>
              ${answers.map(
                choice =>
                  html`<li><a href=${to(id, choice.value)} aria-current=${choice.value === answer ? 'true' : undefined}>${choice.text}</a></li>`,
              )}
            </ul>
            ${outcome !== null && html`<p class="outcome">${outcome} ${insteadLink(better.get(id), state, site)}</p>`}
          </li>`,
      )}
    </ul>`
}

/** The answer that fits better, a click away; what was asked after it is asked again. */
function insteadLink(instead: Outcome['instead'], state: AdvisorState, site: Site): Markup | undefined {
  if (instead === undefined) return undefined
  const { question, answer } = instead
  const to = addressOf(withAnswer(backTo(state, question), question, answer), site)
  const words = `Answer “${questions.find(it => it.id === question)?.text}” with “${choiceOf(question, answer)?.text}”`
  return html`<a href=${to} aria-label=${words}>Change the answer</a>`
}
