import type { Advice, Result } from '../../advisor/advise.ts'
import { conditionOf } from '../../advisor/chart.ts'
import { missingFrom, type Offered } from '../../advisor/flow-table.ts'
import { flowOf } from '../../advisor/flows.ts'
import { policies, policyOf } from '../../advisor/policies/index.ts'
import { sourceList } from './advisor-sources.ts'
import { type AdvisorState, addressOf } from './advisor-state.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

/** What every policy says to these answers, side by side: the one that the page shows, and where and why the others part from it. */
export function advisorPolicies(advice: Advice, state: AdvisorState, offered: Offered, site: Site): Markup {
  const shown = advice[state.policy]
  return html`
    <section aria-labelledby="policies">
      <h2 id="policies">${headingOf(shown)}</h2>
      <ul class="policies">
        ${policies.map(({ id, name }) => {
          const result = advice[id]
          const { flow, rule_id, policy_date, warnings } = result
          const isShown = id === state.policy
          const { retired } = flowOf(flow)
          const missing = missingFrom(flowOf(flow), offered)
          return html`
            <li class=${isShown ? 'shown' : undefined}>
              <h3>${name} <span class="date">as of ${policy_date}</span></h3>
              <p class="flow"><strong>${flowOf(flow).name}</strong>${retired !== undefined && html` <span class="tag">withdrawn</span>`}</p>
              ${standing(result, shown)}
              <p class="decided"><span class="rule">rule ${rule_id}</span> ${decidedBy(result)}</p>
              <p>${isShown ? 'Why is said above.' : whyOf(result, shown)}</p>
              <p class="caution">${!isShown && warnings[0]}</p>
              <div class="small">
                ${sourceList(result)}
                ${missing.length > 0 && html`<p>${retired === undefined ? 'This server cannot run it yet.' : 'It is off on this server.'}</p>`}
              </div>
              <p class="whole">${isShown ? 'Shown here whole' : html`<a href=${addressOf({ ...state, policy: id }, site)}>Show ${name} whole</a>`}</p>
            </li>`
        })}
      </ul>
    </section>`
}

function headingOf({ disagrees_with }: Result): string {
  if (disagrees_with.length === 0) return 'Three policies, and they agree'
  return `Three policies, and ${disagrees_with.length === 1 ? 'one disagrees' : 'two disagree'} with this answer`
}

function standing(result: Result, shown: Result): Markup {
  if (result.policy === shown.policy) {
    const others = shown.disagrees_with.map(({ policy }) => policyOf(policy).name)
    return html`<p class="standing">${others.length === 0 ? 'Nobody disagrees.' : `Not what ${others.join(' and ')} would do.`}</p>`
  }
  if (!disagreement(result, shown)) return html`<p class="standing"><span class="tag agrees">agrees</span></p>`
  return html`<p class="standing"><span class="tag">disagrees</span> instead of ${flowOf(shown.flow).name}</p>`
}

/** Where two policies part, each gives its reason; else it is just why. */
function whyOf(result: Result, shown: Result): string {
  return disagreement(result, shown)?.reason ?? result.why
}

function disagreement({ policy }: Result, { disagrees_with }: Result): Result['disagrees_with'][number] | undefined {
  return disagrees_with.find(it => it.policy === policy)
}

/** What the rule that decides has looked at. */
function decidedBy({ policy, rule_id }: Result): string {
  const rule = policyOf(policy).rules.find(({ id }) => id === rule_id)
  const condition = conditionOf(rule ?? { when: {} })
  return condition === 'otherwise' ? 'whatever no rule before it is for' : condition
}
