import type { Result } from '../../advisor/advise.ts'
import { costOf } from '../../advisor/cost.ts'
import { flowOf } from '../../advisor/flows.ts'
import { completed, settle } from '../../advisor/normalise.ts'
import { html, type Markup } from './html.ts'

/** Flows against which the same speaks, and which would cost the same. */
interface Against {
  readonly names: readonly string[]
  readonly withdrawn: boolean
  readonly reason: string
  readonly cost: string
}

/** Withdrawn flows are named in the open, with who withdrew them and when; the others are a click away. */
export function advisorNotChosen(result: Result): Markup {
  const all = against(result)
  const others = all.filter(it => !it.withdrawn)
  return html`
    <section aria-labelledby="not-chosen">
      <h2 id="not-chosen">Why not another flow, and what it would cost</h2>
      <dl class="rows costs">${all.filter(it => it.withdrawn).map(row)}</dl>
      <details>
        <summary>${others.flatMap(it => it.names).length} others, with what speaks against each here</summary>
        <dl class="rows costs">${others.map(row)}</dl>
      </details>
    </section>`
}

function against({ not_chosen, flow: chosen, answers: given }: Result): readonly Against[] {
  const answers = settle(completed(given))
  const each = not_chosen.map(({ flow, reason }) => {
    const { name, retired } = flowOf(flow)
    const cost = costOf(flow, chosen, answers).join(' ')
    return { name, withdrawn: retired !== undefined, reason, cost: cost || 'Nothing that counts for these answers.' }
  })
  return [...Map.groupBy(each, ({ reason, cost }) => reason + cost).values()].flatMap(same =>
    same[0] === undefined ? [] : [{ ...same[0], names: same.map(it => it.name) }],
  )
}

function row({ names, withdrawn, reason, cost }: Against): Markup {
  return html`
    <div>
      <dt>${names.map(name => html`<span>${name}${withdrawn && html` <em class="tag">withdrawn</em>`}</span>`)}</dt>
      <dd><span class="says">Against it</span>${reason}</dd>
      <dd><span class="says">Taken anyway</span>${cost}</dd>
    </div>`
}
