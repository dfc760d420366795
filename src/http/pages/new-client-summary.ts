import { html, type Markup } from './html.ts'
import type { NewClientPart } from './new-client-fields.ts'
import type { Person } from './person.ts'
import { registrationRows } from './registration-rows.ts'

/** What nobody has to type, each with its reason. */
export function newClientSummary(part: NewClientPart, user: Person, titled = true): Markup {
  const { registration, result, asked } = part
  const { grantwise } = registration
  const rows: readonly (readonly [string, unknown, string?])[] = [
    ['Runs on, acts for', html`<code>${grantwise.runs_on}</code>, <code>${grantwise.acts_for.join(' ')}</code>`],
    ...registrationRows(registration, result).map(({ name, value, why }) => [name, value, why] as const),
    ...(asked.apis.length === 0 && asked.calls ? [['API', 'none is registered on this server yet'] as const] : []),
    ['Owner', html`<bdi>${user.login}</bdi>`],
    ['Held to', html`<code>${result.flow}</code>, rule ${result.rule_id}`],
  ]
  return html`
    ${titled && html`<h2>What follows from your answers</h2>`}
    <dl class="facts">${rows.map(([name, value, why]) => html`<dt>${name}</dt><dd>${value}${why && html` <span class="why">${why}</span>`}</dd>`)}</dl>`
}
