import type { Advice, Result } from '../../advisor/advise.ts'
import { missingFrom, type Offered } from '../../advisor/flow-table.ts'
import { type Flow, flowOf } from '../../advisor/flows.ts'
import { givesOf } from '../../advisor/gives.ts'
import { policyOf } from '../../advisor/policies/index.ts'
import { advisorChange } from './advisor-change.ts'
import { advisorChart } from './advisor-chart.ts'
import { advisorCode } from './advisor-code.ts'
import { advisorFollowUps } from './advisor-follow-ups.ts'
import { advisorKeep } from './advisor-keep.ts'
import { advisorNotChosen } from './advisor-not-chosen.ts'
import { advisorPolicies } from './advisor-policies.ts'
import { advisorRegister, registerLink } from './advisor-register.ts'
import { advisorSequence } from './advisor-sequence.ts'
import type { AdvisorState } from './advisor-state.ts'
import { advisorTable } from './advisor-table.ts'
import { advisorTrail } from './advisor-trail.ts'
import { advisorWaysOut } from './advisor-ways-out.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'
import { unbroken } from './unbroken.ts'

/** What fits, in one sentence and one button; then what else there is to know, each part once, with a list of the parts at the top. */
export function advisorAnswer(
  advice: Advice,
  state: AdvisorState,
  offered: Offered,
  site: Site,
): { readonly title: string; readonly content: Markup } {
  const result = advice[state.policy]
  const flow = flowOf(result.flow)
  const missing = missingFrom(flow, offered)
  const parts: readonly Part[] = [
    ['chart', 'Chart', advisorChart('How the answers lead here', state, site)],
    ['sequence', 'Step by step', advisorSequence(flow)],
    ['how', 'How it works', how(flow)],
    ['policies', 'Policies and sources', advisorPolicies(advice, state, offered, site)],
    ['follow-ups', 'Details', advisorFollowUps(result, state, site)],
    [
      'register',
      'Registration',
      flow.id !== 'none' && state.client === undefined && advisorRegister(result, state, offered, site),
    ],
    ['code', 'Code', missing.length === 0 && advisorCode(result, site)],
    ['not-chosen', 'Other flows', advisorNotChosen(result)],
    ['keep', 'Keep it', advisorKeep(advice, state, site)],
  ]
  return {
    title: flow.name,
    content: html`
      <article class="answer">
        <div class="found">
          <header>
            <p class="kicker">${policyOf(result.policy).name} <span class="date">as of ${result.policy_date}</span></p>
            <h1 class="question">${unbroken(flow.headline)}</h1>
            <p class="flow"><strong>${flow.name}</strong> ${flow.retired !== undefined && html`<span class="tag">withdrawn</span>`} <span class="rule">rule ${result.rule_id}</span></p>
            <p class="lead">${result.why} ${givesOf(result)}</p>
            ${state.client === undefined ? nextStep(result, state, offered, site) : advisorChange(flow, missing, state, site)}
            ${advisorWaysOut(result, state, site)}
            ${warnings(result)}
            ${contents(parts)}
          </header>
          ${advisorTrail(state, site)}
          ${advisorTable(advice, state)}
        </div>
        ${parts.map(([, , markup]) => markup)}
      </article>`,
  }
}

/** The id of its heading, its name among the others, and itself where there is something to say. */
type Part = readonly [id: string, name: string, markup: Markup | false | undefined]

function contents(parts: readonly Part[]): Markup {
  const there = parts.filter(([, , markup]) => markup)
  return html`
    <nav class="contents" aria-label="On this page">
      ${there.map(([id, name]) => html`<a href=${`#${id}`}>${name}</a>`)}
    </nav>`
}

function nextStep(result: Result, state: AdvisorState, offered: Offered, site: Site): Markup {
  if (result.flow === 'none') return html`<p class="next"><a class="button" href="#trail">Change an answer</a></p>`
  return html`<p class="next">${registerLink(result, state, offered, site)}</p>`
}

function warnings({ warnings }: Result): Markup | false {
  return (
    warnings.length > 0 &&
    html`
      <section class="message retired" aria-labelledby="warnings">
        <h2 id="warnings">Know before you start</h2>
        <ul>${warnings.map(text => html`<li>${text}</li>`)}</ul>
      </section>`
  )
}

function how({ how }: Flow): Markup | false {
  return (
    how !== undefined &&
    html`
      <section aria-labelledby="how">
        <h2 id="how">How it works</h2>
        <ol>${how.steps.map(text => html`<li>${text}</li>`)}</ol>
        <pre tabindex="0"><code>${how.example}</code></pre>
      </section>`
  )
}
