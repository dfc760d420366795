import type { Advice } from '../../advisor/advise.ts'
import { missingFrom, type Offered, traitsOf } from '../../advisor/flow-table.ts'
import { familyOf, flowOf } from '../../advisor/flows.ts'
import { policies, policyOf } from '../../advisor/policies/index.ts'
import { type AdvisorState, addressOf } from './advisor-state.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

/** The guides' table, of the flows that are advised here: computed from what each registers. */
export function comparison(advice: Advice, { policy }: AdvisorState): Markup {
  const shown = [policy, ...policies.map(({ id }) => id).filter(id => id !== policy)]
  const flows = [...new Set(shown.map(id => advice[id].flow))].filter(id => id !== 'none')
  return html`
    ${
      flows.length > 0 &&
      html`
        <div class="scrolls" role="region" aria-labelledby="table" tabindex="0">
          <table>
            <caption id="table">What these flows can do</caption>
            <thead>
              <tr><th scope="col">Flow</th><th scope="col">Access user resources</th><th scope="col">Requires secret key (server-side)</th><th scope="col">Access token refresh</th></tr>
            </thead>
            <tbody>
              ${flows.map(id => {
                const flow = flowOf(id)
                const { user_resources, requires_secret, refresh } = traitsOf(flow)
                return html`
                  <tr>
                    <th scope="row">${flow.name} <span class="says">${shown
                      .filter(it => advice[it].flow === id)
                      .map(it => policyOf(it).name)
                      .join(', ')}</span></th>
                    ${[user_resources, requires_secret, refresh].map(it => html`<td class=${it ? 'yes' : 'no'}>${it ? 'Yes' : 'No'}</td>`)}
                  </tr>`
              })}
            </tbody>
          </table>
        </div>`
    }`
}

/** What every other policy says to the same answers, and why where it disagrees. */
export function advisorOthers(advice: Advice, state: AdvisorState, offered: Offered, site: Site): Markup {
  const own = advice[state.policy]
  const others = policies.map(({ id }) => id).filter(id => id !== state.policy)
  return html`
    <section aria-labelledby="others">
      <h2 id="others">What the others say</h2>
      <ul class="others">
        ${others.map(id => {
          const { flow, rule_id, why, policy_date, warnings } = advice[id]
          const agrees = familyOf(flow) === familyOf(own.flow)
          const missing = missingFrom(flowOf(flow), offered)
          return html`
            <li>
              <h3><a href=${addressOf({ ...state, policy: id }, site)}>${policyOf(id).name}</a> <span class="date">as of ${policy_date}</span></h3>
              <p class="flow"><span class=${agrees ? 'tag agrees' : 'tag'}>${agrees ? 'agrees' : 'disagrees'}</span> <strong>${flowOf(flow).name}</strong> <span class="rule">rule ${rule_id}</span></p>
              <p>${why}</p>
              ${!agrees && warnings[0] !== undefined && html`<p class="caution">${warnings[0]}</p>`}
              ${missing.length > 0 && html`<p class="small">${flowOf(flow).retired === undefined ? 'This server cannot run it yet.' : 'It is off on this server.'}</p>`}
            </li>`
        })}
      </ul>
    </section>`
}
