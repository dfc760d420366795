import type { Advice } from '../../advisor/advise.ts'
import { traitsOf } from '../../advisor/flow-table.ts'
import { flowOf } from '../../advisor/flows.ts'
import { policies, policyOf } from '../../advisor/policies/index.ts'
import type { AdvisorState } from './advisor-state.ts'
import { html, type Markup } from './html.ts'

/** The guides' table, of the flows that are advised here, the one shown first: computed from what each registers. */
export function advisorTable(advice: Advice, { policy }: AdvisorState): Markup | false {
  const shown = [policy, ...policies.map(({ id }) => id).filter(id => id !== policy)]
  const flows = [...new Set(shown.map(id => advice[id].flow))].filter(id => id !== 'none')
  return (
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
  )
}
