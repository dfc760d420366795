import type { Result } from '../../advisor/advise.ts'
import { flowOf } from '../../advisor/flows.ts'
import { policyOf } from '../../advisor/policies/index.ts'
import type { Registration } from '../../advisor/registration.ts'
import type { ResourceServer } from '../../core/resource-server.ts'
import { clientStylesheet, redirectUrisScript } from '../assets/index.ts'
import { labelled } from './account-fields.ts'
import { type AddressFinding, addressFinding } from './address-finding.ts'
import { type AdvisorState, addressOf } from './advisor-state.ts'
import { type FormTarget, form } from './form.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { newClientSummary } from './new-client-summary.ts'
import type { Person } from './person.ts'
import type { Site } from './site.ts'

/** What the advice cannot know of an app. */
export interface TypedClient {
  readonly client_name: string
  readonly redirect_uris: readonly string[]
  /** The job that a platform vouches for; empty where none is asked for. */
  readonly federated: { readonly issuer: string; readonly subject: string }
  readonly audiences: readonly string[]
}

/** What is wrong with each field. */
export interface NewClientFaults {
  readonly client_name?: string | undefined
  readonly redirect_uris?: string | undefined
  readonly addresses: readonly AddressFinding[]
  readonly federated_issuer?: string | undefined
  readonly federated_subject?: string | undefined
  readonly audiences?: string | undefined
  readonly other?: string | undefined
}

const news = {
  mended: 'The address is changed, and nothing is registered yet. Look at it once more, then go on.',
  expired: 'This page was open for too long to be safe. What you typed is still here: register the app again.',
} as const

export type NewClientNews = keyof typeof news

export interface NewClientPage extends FormTarget {
  readonly state: AdvisorState
  readonly result: Result
  readonly registration: Registration
  readonly asked: {
    readonly redirects: boolean
    readonly itself: boolean
    readonly platform: boolean
    readonly apis: readonly ResourceServer[]
  }
  readonly user: Person
  readonly typed?: TypedClient | undefined
  readonly faults?: NewClientFaults | undefined
  readonly news?: NewClientNews | undefined
}

/** Asks for what the advice cannot know, and shows what follows from it. */
export function newClientPage(page: NewClientPage, site: Site): string {
  const { state, result, faults } = page
  return layout(site, {
    title: faults ? 'Not registered yet' : 'Register an app',
    broad: clientStylesheet,
    ...(redirectUrisScript && { takenOver: { script: redirectUrisScript } }),
    content: html`
      <h1>Register your app</h1>
      <p>For <strong>${flowOf(result.flow).name}</strong>, the advice of <em>${policyOf(result.policy).name}</em>. Only what your answers do not say is left to fill in. <a href=${addressOf(state, site)}>Back to the advice</a></p>
      ${page.news && html`<p class="message information" role="status">${news[page.news]}</p>`}
      ${faults?.other && html`<p id="problem" class="message refusal" role="alert" tabindex="-1" autofocus>${faults.other}</p>`}
      ${form(page, fields(page))}
      ${newClientSummary(page)}`,
  })
}

function fields(page: NewClientPage): Markup {
  const { asked, typed, faults } = page
  const mends = faults?.addresses.some(({ mended }) => mended !== undefined)
  const name = faults?.client_name === undefined ? undefined : { field: 'client_name', says: faults.client_name }
  return html`
    ${mends && html`<button class="unseen" tabindex="-1" aria-hidden="true">Register the app</button>`}
    ${labelled({ name: 'client_name', label: 'Name of the app', autocomplete: 'off', value: typed?.client_name, hint: asked.itself ? 'How you tell it from others.' : 'People see it when they sign in and are asked for consent.', focus: !faults && !page.news }, name)}
    ${asked.redirects && addresses(page)}
    ${asked.platform && platform(page)}
    ${asked.apis.length > 1 && apis(page)}
    <button class="primary">Register the app</button>`
}

const examples = {
  server: 'https://app.example.com/callback',
  browser: 'https://app.example.com/callback',
  native: 'com.example.app:/callback',
  cli: 'http://127.0.0.1/callback',
  device: 'com.example.app:/callback',
  ci: 'https://app.example.com/callback',
} as const

const kinds = {
  server: 'Use https; or http://127.0.0.1:3000/… while you build it.',
  browser: 'Use https; or http://127.0.0.1:3000/… while you build it.',
  native:
    'An https address of yours that opens the app; a scheme of yours in reverse, with a dot; or http://127.0.0.1/…, where any port will do.',
  cli: 'Use http://127.0.0.1/… or http://[::1]/…: any port will do, so leave it out.',
  device: 'Use an https address of yours that opens the app; or a scheme of yours in reverse, with a dot.',
  ci: 'Use https.',
} as const

function addresses({ typed, faults, registration, news }: NewClientPage): Markup {
  const { runs_on } = registration.grantwise
  const wrong = faults !== undefined && (faults.redirect_uris !== undefined || faults.addresses.length > 0)
  const lines = typed?.redirect_uris ?? []
  return html`
    <label for="redirect_uris">Redirect URIs</label>
    <textarea id="redirect_uris" name="redirect_uris" rows=${Math.max(2, lines.length + 1)} required autocomplete="off" autocapitalize="none" spellcheck="false" inputmode="url" placeholder=${examples[runs_on]} autofocus=${wrong || news === 'mended'} aria-invalid=${wrong ? 'true' : undefined} aria-describedby=${wrong ? 'redirect_uris-problem redirect_uris-hint' : 'redirect_uris-hint'} value=${lines.join('\n')}></textarea>
    ${
      wrong &&
      html`
        <div id="redirect_uris-problem" class="problem" role="alert">
          ${faults.redirect_uris}
          ${faults.addresses.length > 0 && html`<ul class="findings">${faults.addresses.map(addressFinding)}</ul>`}
        </div>`
    }
    <p id="redirect_uris-hint" class="hint">Where people come back to after they signed in, one address a line. It is compared letter by letter. ${kinds[runs_on]}</p>`
}

/** Who vouches for which job. */
function platform({ typed, faults }: NewClientPage): Markup {
  const wrong = (['federated_issuer', 'federated_subject'] as const).flatMap(field => {
    const says = faults?.[field]
    return says === undefined ? [] : [{ field, says }]
  })
  const of = (field: string) => wrong.find(it => it.field === field)
  return html`
    ${labelled({ name: 'federated_issuer', label: 'Platform', autocomplete: 'off', value: typed?.federated.issuer, hint: 'The iss of the tokens that it gives to jobs, letter by letter: https://token.actions.githubusercontent.com is GitHub’s.' }, of('federated_issuer'))}
    ${labelled({ name: 'federated_subject', label: 'Job', autocomplete: 'off', value: typed?.federated.subject, hint: 'Their sub, letter by letter: repo:OWNER/REPOSITORY:ref:refs/heads/main is one branch at GitHub.' }, of('federated_subject'))}`
}

function apis({ asked, typed, faults }: NewClientPage): Markup {
  const wrong = faults?.audiences !== undefined
  const first = wrong && !faults.client_name && !faults.redirect_uris && faults.addresses.length === 0
  return html`
    <fieldset aria-describedby=${wrong ? 'audiences-problem audiences-hint' : 'audiences-hint'} aria-invalid=${undefined}>
      <legend>APIs that it calls</legend>
      ${asked.apis.map(
        ({ audience, name }, index) => html`
          <label class="box">
            <input type="checkbox" name=${`api-${index}`} value=${audience} checked=${typed?.audiences.includes(audience)} autofocus=${first && index === 0} />
            <span><bdi>${name}</bdi> ${name !== audience && html`<code>${audience}</code>`}</span>
          </label>`,
      )}
    </fieldset>
    ${wrong && html`<p id="audiences-problem" class="problem" role="alert">${faults.audiences}</p>`}
    <p id="audiences-hint" class="hint">${asked.itself ? 'Tokens are for one of these at a time.' : 'None, if it only wants to know who signs in.'}</p>`
}
