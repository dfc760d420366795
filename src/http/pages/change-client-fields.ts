import type { ResourceServer } from '../../core/resource-server.ts'
import { labelled } from './account-fields.ts'
import { html, type Markup } from './html.ts'
import type { TypedClient } from './new-client-fields.ts'

/** What the advice leaves to be typed about an app that is registered, filled in with what it has. */
export interface ChangeFields {
  readonly asked: {
    readonly redirects: boolean
    readonly platform: boolean
    readonly network: boolean
    readonly apis: readonly ResourceServer[]
  }
  readonly typed: Pick<TypedClient, 'redirect_uris' | 'audiences' | 'federated' | 'network'>
}

/** Nothing where nothing is left to be typed. */
export function changeFields({ asked, typed }: ChangeFields): Markup | false {
  if (!asked.redirects && !asked.platform && !asked.network && asked.apis.length === 0) return false
  return html`
    ${asked.redirects && addresses(typed)}
    ${asked.platform && platform(typed)}
    ${asked.network && network(typed)}
    ${asked.apis.length > 0 && apis(asked.apis, typed)}`
}

function addresses({ redirect_uris }: ChangeFields['typed']): Markup {
  return html`
    <label for="redirect_uris">Redirect URIs</label>
    <textarea id="redirect_uris" name="redirect_uris" rows=${Math.max(2, redirect_uris.length + 1)} required autocomplete="off" autocapitalize="none" spellcheck="false" inputmode="url" aria-describedby="redirect_uris-hint">${redirect_uris.join('\n')}</textarea>
    <p id="redirect_uris-hint" class="hint">Where people come back to after they signed in, one address a line.</p>`
}

function platform({ federated }: ChangeFields['typed']): Markup {
  return html`
    ${labelled({ name: 'federated_issuer', label: 'Platform', autocomplete: 'off', value: federated.issuer, hint: 'The iss of the tokens that it gives to jobs, letter by letter.' }, undefined)}
    ${labelled({ name: 'federated_subject', label: 'Job', autocomplete: 'off', value: federated.subject, hint: 'Their sub, letter by letter.' }, undefined)}`
}

function network({ network: { cidrs, text } }: ChangeFields['typed']): Markup {
  return html`
    <label for="network">Networks</label>
    <textarea id="network" name="network" rows=${Math.max(2, cidrs.length + 1)} required autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="10.0.0.0/8" aria-describedby="network-hint">${cidrs.join('\n')}</textarea>
    <p id="network-hint" class="hint">From which it works, one a line, each with its prefix.</p>
    ${labelled({ name: 'network_name', label: 'What people call them', autocomplete: 'off', value: text, hint: 'Whoever is elsewhere is told that it works only on “the office network”.' }, undefined)}`
}

function apis(all: readonly ResourceServer[], { audiences }: ChangeFields['typed']): Markup {
  return html`
    <fieldset>
      <legend>APIs that it calls</legend>
      ${all.map(
        ({ audience, name }, index) => html`
          <label class="box">
            <input type="checkbox" name=${`api-${index}`} value=${audience} checked=${audiences.includes(audience)} />
            <span><bdi>${name}</bdi> ${name !== audience && html`<code class="id">${audience}</code>`}</span>
          </label>`,
      )}
    </fieldset>`
}
