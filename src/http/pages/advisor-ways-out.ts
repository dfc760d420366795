import type { Result } from '../../advisor/advise.ts'
import { flowOf } from '../../advisor/flows.ts'
import { normalise } from '../../advisor/normalise.ts'
import { choiceOf, questions, unsure } from '../../advisor/questions.ts'
import { readAnswers } from '../../advisor/request.ts'
import { type WayOut, waysOut } from '../../advisor/ways-out.ts'
import { type AdvisorState, addressOf } from './advisor-state.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

/** Where no flow fits: each single answer that would have led to one, a click away; what was doubted or denied first. */
export function advisorWaysOut({ answers, policy }: Result, state: AdvisorState, site: Site): Markup | false {
  const rank = ({ question }: WayOut): number => [unsure, 'no'].indexOf(answers[question] ?? '') >>> 0
  const ways = [...waysOut(answers, policy)].sort((one, other) => rank(one) - rank(other))
  return (
    ways.length > 0 &&
    html`
      <section class="ways-out" aria-labelledby="ways-out">
        <h2 id="ways-out">What would lead to a flow</h2>
        <p>One of these answers, if it is true of your program, or can be made true:</p>
        <ul>${ways.map(way => wayOut(way, answers[way.question] === unsure, state, site))}</ul>
      </section>`
  )
}

function wayOut({ question, value, flow }: WayOut, doubted: boolean, state: AdvisorState, site: Site): Markup {
  const text = questions.find(({ id }) => id === question)?.text
  const doubt = doubted && ', of which you were not sure,'
  return html`
    <li>
      <span class="asked">${text}</span>
      <a href=${addressOf(answeredOtherwise(state, question, value), site)}>${choiceOf(question, value)?.text}</a>${doubt} leads to <strong>${flowOf(flow).name}</strong>
    </li>`
}

/** The same answers but for this one, and without those that it overrules. */
function answeredOtherwise(state: AdvisorState, question: WayOut['question'], value: string): AdvisorState {
  const answers: Record<string, string> = { ...state.answers, [question]: value }
  for (const { question } of normalise(readAnswers(answers)).overruled) delete answers[question]
  return { ...state, answers }
}
