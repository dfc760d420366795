import { flowOf } from '../../advisor/flows.ts'
import { policyOf } from '../../advisor/policies/index.ts'
import { clientStylesheet, redirectUrisScript } from '../assets/index.ts'
import { type AdvisorState, addressOf } from './advisor-state.ts'
import { type FormTarget, form } from './form.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { type NewApi, newApiFields } from './new-api-fields.ts'
import { type Beginning, type NewClientPart, newClientFields } from './new-client-fields.ts'
import { newClientSummary } from './new-client-summary.ts'
import type { Person } from './person.ts'
import type { Site } from './site.ts'

const news = {
  mended: 'The address is changed, and nothing is registered yet. Look at it once more, then go on.',
  expired: 'This page was open for too long to be safe. What you typed is still here: register the app again.',
} as const

export type NewClientNews = keyof typeof news

export interface NewClientPage extends FormTarget {
  readonly state: AdvisorState
  /** One for each client that the form makes. */
  readonly parts: readonly NewClientPart[]
  /** The API that may be registered with them; absent where none of them calls one. */
  readonly api: NewApi | undefined
  readonly user: Person
  readonly news?: NewClientNews | undefined
}

/** Asks for what the advice cannot know, and shows what follows from it. */
export function newClientPage(page: NewClientPage, site: Site): string {
  const { state, parts, api } = page
  return layout(site, {
    title: api?.faults || parts.some(({ faults }) => faults) ? 'Not registered yet' : 'Register an app',
    broad: clientStylesheet,
    ...(redirectUrisScript && { takenOver: { script: redirectUrisScript } }),
    content: html`
      ${parts.length === 1 ? parts.map(introduction) : severalIntroduction(parts)}
      <p><a href=${addressOf(state, site)}>Back to the advice</a></p>
      ${page.news && html`<p class="message information" role="status">${news[page.news]}</p>`}
      ${form(page, fields(page))}
      ${parts.length === 1 && parts.map(part => newClientSummary(part, page.user))}`,
  })
}

function introduction({ result, faults }: NewClientPart): Markup {
  return html`
    <h1>Register your app</h1>
    <p>For <strong>${flowOf(result.flow).name}</strong>, the advice of <em>${policyOf(result.policy).name}</em>. Only what your answers do not say is left to fill in.</p>
    ${otherFault(faults, '')}`
}

function severalIntroduction({ length }: NewClientPage['parts']): Markup {
  return html`
    <h1>Register the ${length} parts of your system</h1>
    <p>Each becomes an app of its own, by its own advice. Only what your answers do not say is left to fill in. All of them are registered, or none.</p>`
}

function fields(page: NewClientPage): Markup {
  const { parts } = page
  const label = parts.length === 1 ? 'Register the app' : `Register all ${parts.length}`
  const mends = parts.some(({ faults }) => faults?.addresses.some(({ mended }) => mended !== undefined))
  return html`
    ${mends && html`<button class="unseen" tabindex="-1" aria-hidden="true">${label}</button>`}
    ${parts.length === 1 ? parts.map(part => newClientFields(part, beginning(page, 0))) : parts.map((part, index) => partFields(page, part, index))}
    ${page.api && newApiFields(page.api)}
    <button class="primary">${label}</button>`
}

function partFields(page: NewClientPage, part: NewClientPart, index: number): Markup {
  const { result, faults, name, suffix } = part
  return html`
    <fieldset class="part">
      <legend>Part ${index + 1}${name !== undefined && html`: <bdi>${name}</bdi>`}</legend>
      <div class="fields">
        <p class="hint">${flowOf(result.flow).name}, by ${policyOf(result.policy).name}.</p>
        ${otherFault(faults, suffix)}
        ${newClientFields(part, beginning(page, index))}
        <details>
          <summary>What follows from its answers</summary>
          ${newClientSummary(part, page.user, false)}
        </details>
      </div>
    </fieldset>`
}

/** Where nothing is wrong, the first field that is there to be filled in or looked at again. */
function beginning({ parts, api, news }: NewClientPage, index: number): Beginning {
  if ((api?.faults || parts.some(({ faults }) => faults)) && news !== 'mended') return undefined
  if (news === undefined) return index === 0 ? 'name' : undefined
  return news === 'mended' && index === 0 ? 'redirect_uris' : undefined
}

function otherFault(faults: NewClientPart['faults'], suffix: string): Markup | undefined {
  const says = faults?.other
  return says === undefined
    ? undefined
    : html`<p id=${`problem${suffix}`} class="message refusal" role="alert" tabindex="-1" autofocus>${says}</p>`
}
