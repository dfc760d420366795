import type { Advice, Result } from '../../advisor/advise.ts'
import { missingFrom, type Offered } from '../../advisor/flow-table.ts'
import { type Flow, flowOf } from '../../advisor/flows.ts'
import { policyOf } from '../../advisor/policies/index.ts'
import { advisorFollowUps } from './advisor-follow-ups.ts'
import { advisorOthers, comparison } from './advisor-others.ts'
import { advisorRegister } from './advisor-register.ts'
import { type AdvisorState, addressOf, newClientPath } from './advisor-state.ts'
import { advisorTrail } from './advisor-trail.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

/** What fits, in one sentence and one button; then why, what others say, what speaks against the rest, and the sources. */
export function advisorAnswer(
  advice: Advice,
  state: AdvisorState,
  offered: Offered,
  site: Site,
): { readonly title: string; readonly content: Markup } {
  const result = advice[state.policy]
  const flow = flowOf(result.flow)
  const missing = missingFrom(flow, offered)
  return {
    title: flow.name,
    content: html`
      <div class="asking answer">
        <article>
          <p class="kicker">${policyOf(result.policy).name} <span class="date">as of ${result.policy_date}</span></p>
          <h1 class="question">${flow.headline}</h1>
          <p class="flow"><strong>${flow.name}</strong> ${flow.retired !== undefined && html`<span class="tag">withdrawn</span>`} <code>${result.flow}</code> <span class="rule">rule ${result.rule_id}</span></p>
          <p class="lead reason">${result.why}</p>
          ${nextStep(result, missing)}
          ${warnings(result)}
          ${how(flow)}
          ${comparison(advice, state)}
          ${advisorOthers(advice, state, offered, site)}
          ${advisorFollowUps(result, state, site)}
          ${flow.id !== 'none' && advisorRegister(result, missing, addressOf(state, site, newClientPath))}
          ${notChosen(result)}
          ${sources(result)}
        </article>
        ${advisorTrail(state, site)}
      </div>`,
  }
}

function nextStep({ flow }: Result, missing: readonly string[]): Markup {
  if (flow === 'none') return html`<p class="next"><a class="button" href="#trail">Change an answer</a></p>`
  return html`<p class="next"><a class="button" href="#register">${missing.length === 0 ? 'Register this client' : 'See what it needs'}</a></p>`
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

/** Withdrawn flows are named in the open, with who withdrew them and when; the others are a click away. */
function notChosen({ not_chosen }: Result): Markup {
  const withdrawn = not_chosen.filter(({ flow }) => flowOf(flow).retired !== undefined)
  const others = not_chosen.filter(({ flow }) => flowOf(flow).retired === undefined)
  return html`
    <section aria-labelledby="not-chosen">
      <h2 id="not-chosen">Why not another flow</h2>
      ${withdrawn.length > 0 && html`<dl class="rows">${withdrawn.map(it => against(it, true))}</dl>`}
      <details>
        <summary>${others.length} others, and what speaks against each here</summary>
        <dl class="rows">${others.map(it => against(it, false))}</dl>
      </details>
    </section>`
}

function against({ flow, reason }: Result['not_chosen'][number], withdrawn: boolean): Markup {
  return html`
    <div>
      <dt>${flowOf(flow).name}${withdrawn && html` <span class="tag">withdrawn</span>`}</dt>
      <dd>${reason}</dd>
    </div>`
}

function sources({ sources }: Result): Markup {
  return html`
    <section aria-labelledby="sources">
      <h2 id="sources">Sources</h2>
      <ul class="sources">
        ${sources.map(({ title, section, url }) => {
          const words = section === undefined ? title : `${title}, ${section}`
          return html`<li>${url === undefined ? words : html`<a href=${url} rel="noreferrer">${words}</a>`}</li>`
        })}
      </ul>
    </section>`
}
