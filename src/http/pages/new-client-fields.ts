import type { Result } from '../../advisor/advise.ts'
import type { Registration } from '../../advisor/registration.ts'
import type { ResourceServer } from '../../core/resource-server.ts'
import { labelled } from './account-fields.ts'
import { type AddressFinding, addressFinding } from './address-finding.ts'
import { html, type Markup } from './html.ts'
import { redirectHint } from './redirect-hint.ts'

/** What the advice cannot know of an app. */
export interface TypedClient {
  readonly client_name: string
  readonly redirect_uris: readonly string[]
  /** The job that a platform vouches for; empty where none is asked for. */
  readonly federated: { readonly issuer: string; readonly subject: string }
  /** From where alone it works; empty where that is not asked for. */
  readonly network: { readonly cidrs: readonly string[]; readonly text: string }
  readonly audiences: readonly string[]
  /** Whether it calls the API that is registered with it, where several clients are and that is asked. */
  readonly new_api: boolean
}

/** What is wrong with each field. */
export interface NewClientFaults {
  readonly client_name?: string | undefined
  readonly redirect_uris?: string | undefined
  readonly addresses: readonly AddressFinding[]
  readonly federated_issuer?: string | undefined
  readonly federated_subject?: string | undefined
  readonly network?: string | undefined
  readonly network_name?: string | undefined
  readonly audiences?: string | undefined
  readonly other?: string | undefined
}

/** What the advice leaves to be typed. */
export interface Asked {
  /** Whether people are sent back to the app. */
  readonly redirects: boolean
  /** Whether it acts for itself, and so can do nothing without an API. */
  readonly itself: boolean
  /** Whether the platform that it runs on proves it. */
  readonly platform: boolean
  /** Whether somebody must name the network that it works from. */
  readonly network: boolean
  /** Whether it may call an API at all. */
  readonly calls: boolean
  /** The APIs to choose from. */
  readonly apis: readonly ResourceServer[]
  /** Whether it can do nothing unless an API is registered with it. */
  readonly lacks_api: boolean
  /** How many of them it calls, where somebody said. */
  readonly many: 'one' | 'several' | undefined
}

/** One client of the form: what its advice says, what that leaves to be typed, and what was. */
export interface NewClientPart {
  /** What it is called among several. */
  readonly name: string | undefined
  /** Ends the name of each of its fields; empty for the first. */
  readonly suffix: string
  /** Whether others are registered by the same form. */
  readonly among: boolean
  readonly result: Result
  readonly registration: Registration
  readonly asked: Asked
  readonly typed: TypedClient | undefined
  readonly faults: NewClientFaults | undefined
}

/** Where whoever reads the page begins. */
export type Beginning = 'name' | 'redirect_uris' | undefined

/** What the fields of the client at this place end in. */
export function suffixAt(index: number): string {
  return index === 0 ? '' : `-${index + 1}`
}

/** Only what must be typed for one client. */
export function newClientFields(part: NewClientPart, begin: Beginning): Markup {
  const { asked } = part
  return html`
    ${text(part, 'client_name', { label: 'Name of the app', hint: asked.itself ? 'How you tell it from others.' : 'People see it when they sign in and are asked for consent.', focus: begin === 'name' })}
    ${asked.redirects && addresses(part, begin === 'redirect_uris')}
    ${asked.platform && platform(part)}
    ${asked.network && network(part)}
    ${asked.calls && apis(part)}`
}

type TextField = 'client_name' | 'federated_issuer' | 'federated_subject' | 'network_name'

function text(
  { name: called, typed, faults, suffix }: NewClientPart,
  name: TextField,
  { label, hint, focus = false }: { readonly label: string; readonly hint: string; readonly focus?: boolean },
): Markup {
  const values = {
    client_name: typed?.client_name ?? called,
    federated_issuer: typed?.federated.issuer,
    federated_subject: typed?.federated.subject,
    network_name: typed?.network.text,
  }
  const field = `${name}${suffix}`
  const says = faults?.[name]
  const fault = says === undefined ? undefined : { field, says }
  return labelled({ name: field, label, autocomplete: 'off', value: values[name], hint, focus }, fault)
}

function addresses({ typed, faults, registration, suffix }: NewClientPart, begins: boolean): Markup {
  const { example, words } = redirectHint(registration)
  const field = `redirect_uris${suffix}`
  const wrong = faults !== undefined && (faults.redirect_uris !== undefined || faults.addresses.length > 0)
  const lines = typed?.redirect_uris ?? []
  return html`
    <label for=${field}>Redirect URIs</label>
    <textarea id=${field} name=${field} rows=${Math.max(2, lines.length + 1)} required autocomplete="off" autocapitalize="none" spellcheck="false" inputmode="url" placeholder=${example} autofocus=${wrong || begins} aria-invalid=${wrong ? 'true' : undefined} aria-describedby=${wrong ? `${field}-problem ${field}-hint` : `${field}-hint`} value=${lines.join('\n')}></textarea>
    ${
      wrong &&
      html`
        <div id=${`${field}-problem`} class="problem" role="alert">
          ${faults.redirect_uris}
          ${faults.addresses.length > 0 && html`<ul class="findings">${faults.addresses.map(addressFinding)}</ul>`}
        </div>`
    }
    <p id=${`${field}-hint`} class="hint">Where people come back to after they signed in, one address a line. It is compared letter by letter. ${words}</p>`
}

/** Who vouches for which job. */
function platform(part: NewClientPart): Markup {
  return html`
    ${text(part, 'federated_issuer', { label: 'Platform', hint: 'The iss of the tokens that it gives to jobs, letter by letter: https://token.actions.githubusercontent.com is GitHub’s.' })}
    ${text(part, 'federated_subject', { label: 'Job', hint: 'Their sub, letter by letter: repo:OWNER/REPOSITORY:ref:refs/heads/main is one branch at GitHub.' })}`
}

/** From where alone it works, and what whoever is elsewhere is told. */
function network(part: NewClientPart): Markup {
  const { typed, faults, suffix } = part
  const field = `network${suffix}`
  const wrong = faults?.network !== undefined
  const lines = typed?.network.cidrs ?? []
  return html`
    <label for=${field}>Networks</label>
    <textarea id=${field} name=${field} rows=${Math.max(2, lines.length + 1)} required autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="10.0.0.0/8" autofocus=${wrong} aria-invalid=${wrong ? 'true' : undefined} aria-describedby=${wrong ? `${field}-problem ${field}-hint` : `${field}-hint`} value=${lines.join('\n')}></textarea>
    ${wrong && html`<p id=${`${field}-problem`} class="problem" role="alert">${faults.network}</p>`}
    <p id=${`${field}-hint`} class="hint">From which it works, one a line, each with its prefix.</p>
    ${text(part, 'network_name', { label: 'What people call them', hint: 'Whoever is elsewhere is told that it works only on “the office network”.' })}`
}

/** Those that are registered, and among several clients the one that is registered with them. */
function apis({ asked, typed, faults, suffix, among }: NewClientPart): Markup | false {
  if (among && asked.lacks_api) return html`<p class="hint">It calls the API that is described below.</p>`
  const wrong = faults?.audiences !== undefined
  if (asked.apis.length === 0 && !among && !wrong) return false
  const first = wrong && !faults.client_name && !faults.redirect_uris && faults.addresses.length === 0
  const id = `audiences${suffix}`
  // With one there is little to choose.
  const chosen = typed?.audiences ?? (asked.apis.length === 1 ? asked.apis.map(({ audience }) => audience) : [])
  return html`
    <fieldset aria-describedby=${wrong ? `${id}-problem ${id}-hint` : `${id}-hint`} aria-invalid=${undefined}>
      <legend>APIs that it calls</legend>
      ${asked.apis.map(
        ({ audience, name }, index) => html`
          <label class="box">
            <input type="checkbox" name=${`api-${index}${suffix}`} value=${audience} checked=${chosen.includes(audience)} autofocus=${first && index === 0} />
            <span><bdi>${name}</bdi> ${name !== audience && html`<code>${audience}</code>`}</span>
          </label>`,
      )}
      ${
        among &&
        html`
          <label class="box">
            <input type="checkbox" name=${`new_api${suffix}`} value="yes" checked=${typed?.new_api} />
            <span>A new one, described below</span>
          </label>`
      }
    </fieldset>
    ${wrong && html`<p id=${`${id}-problem`} class="problem" role="alert">${faults.audiences}</p>`}
    <p id=${`${id}-hint`} class="hint">${apisHint(asked)}</p>`
}

function apisHint({ itself, many }: NewClientPart['asked']): string {
  if (many === 'one') return 'By your answers it calls one.'
  if (itself) return 'Tokens are for one of these at a time.'
  if (many === 'several') return 'Each has tokens of its own: the app names one of them as resource when it asks.'
  return 'None, if it only wants to know who signs in.'
}
