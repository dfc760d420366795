import type { AskedQuestion } from '../../advisor/advise.ts'
import { type QuestionId, unsure } from '../../advisor/questions.ts'
import { readAnswers } from '../../advisor/request.ts'
import { policiesAsking } from '../../advisor/tree-walk.ts'
import { advisorAuthority } from './advisor-authority.ts'
import { advisorChart } from './advisor-chart.ts'
import { advisorChoices } from './advisor-choices.ts'
import {
  type AdvisorState,
  addressOf,
  answeredOf,
  backTo,
  isSignInOnly,
  untouched,
  withAnswer,
} from './advisor-state.ts'
import { advisorTrail } from './advisor-trail.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'
import { unbroken } from './unbroken.ts'

interface Part {
  readonly title: string
  readonly content: Markup
}

/** What fits one line in the largest letters; in smaller ones every question fits two. */
const longest = 42

/** One question with its answers, each a link to what comes next. */
export function advisorQuestion(question: AskedQuestion | null, state: AdvisorState, site: Site): Part {
  if (question === null) throw new TypeError('there is neither a question nor an answer')
  const { id, text, answers } = question
  const given = answeredOf(state)
  const last = given.at(-1)
  const back = last === undefined ? { ...untouched, policy: state.policy } : backTo(state, last)
  const choices = answers.map(({ value, text, explanation }) => ({
    value,
    href: addressOf(withAnswer(state, id, value), site),
    text,
    line: explanation,
  }))
  return {
    title: text,
    content: html`
      <div class="asking">
        <header>
          <p class="kicker">Question ${given.length + 1} <a href=${addressOf(back, site)}>Back</a></p>
          <h1 class=${text.length > longest ? 'question long' : 'question'}>${unbroken(text)}</h1>
        </header>
        <div>
          ${advisorChoices(
            choices.filter(it => it.value !== unsure),
            choices.find(it => it.value === unsure),
          )}
          ${onlyFor(id, state)}
          ${last === undefined && isSignInOnly(state) && signInNote()}
          ${last !== undefined && advisorTrail(state, site)}
          ${advisorAuthority()}
        </div>
        ${advisorChart('Where your answers lead', state, site, id)}
      </div>`,
  }
}

/** Whose question it is, where no other policy's answer depends on it. */
function onlyFor(id: QuestionId, { answers }: AdvisorState): Markup | undefined {
  const [policy, ...others] = policiesAsking(id, readAnswers(answers))
  if (policy === undefined || others.length > 0) return undefined
  return html`<p class="whose">Only ${policy.name} asks this.</p>`
}

/** Said once, to whoever wants a sign-in and nothing else. */
function signInNote(): Markup {
  return html`<p class="message information">Saying who signed in is what OpenID Connect adds to OAuth: the app gets a signed ID token. The other questions are the same, and the answer registers a sign-in that calls no API.</p>`
}
