import type { TypedApi } from '../../admin/new-api.ts'
import { labelled } from './account-fields.ts'
import { html, type Markup } from './html.ts'

/** What is wrong with each field of the API. */
export interface NewApiFaults {
  readonly audience?: string | undefined
  readonly name?: string | undefined
  readonly scopes?: string | undefined
  readonly user_scopes?: string | undefined
  /** Where it is not with any of them. */
  readonly other?: string | undefined
}

/** An API that is registered with the clients of a form. */
export interface NewApi {
  /** Whether one of them can do nothing without it. */
  readonly required: boolean
  /** Whether several clients say each whether they call it. */
  readonly several: boolean
  readonly typed: TypedApi | undefined
  readonly faults: NewApiFaults | undefined
}

/** What an API is called, and what can be done there; folded away where nobody needs a new one. */
export function newApiFields(api: NewApi): Markup {
  const { required, typed, faults } = api
  if (required) {
    return html`
      <fieldset class="part">
        <legend>The API that it calls</legend>
        <div class="fields">
          <p class="hint">What acts for itself can only call APIs, and none is registered on this server. It is registered here, together with ${api.several ? 'your system' : 'the app'}.</p>
          ${fields(api)}
        </div>
      </fieldset>`
  }
  return html`
    <details class="new-api" open=${typed !== undefined || faults !== undefined}>
      <summary>A new API</summary>
      <div class="fields">
        <p class="hint">For an API that is not registered yet. It is registered together with ${api.several ? 'your system, and called by the parts that say so' : 'the app, which calls it beside those that are ticked'}.</p>
        ${fields(api)}
      </div>
    </details>`
}

function fields({ required, typed, faults }: NewApi): Markup {
  const fault = (name: 'audience' | 'name') => {
    const says = faults?.[name]
    return says === undefined ? undefined : { field: `api_${name}`, says }
  }
  return html`
    ${faults?.other !== undefined && html`<p id="api-problem" class="message refusal" role="alert" tabindex="-1" autofocus>${faults.other}</p>`}
    ${labelled({ name: 'api_audience', label: 'Address of the API', autocomplete: 'off', value: typed?.audience, required, hint: 'An absolute URI such as https://api.example.com. Each token for the API says it (aud), the API compares it letter by letter, and it stays as it is.' }, fault('audience'))}
    ${labelled({ name: 'api_name', label: 'Name of the API', autocomplete: 'off', value: typed?.name, required, hint: 'People see it when they are asked for consent.' }, fault('name'))}
    ${scopes('api_scopes', { label: 'Scopes', lines: typed?.scopes, says: faults?.scopes, example: 'catalog:read Read the catalog', hint: 'What can be done there, one a line: a name, a space, and what it lets an app do, in people’s words.' })}
    ${scopes('api_user_scopes', { label: 'Scopes that need a person', lines: typed?.user_scopes, says: faults?.user_scopes, example: 'profile:read Read your profile', hint: 'The same, for what makes sense only where somebody signed in. What acts for itself is never given these.' })}`
}

interface Scopes {
  readonly label: string
  readonly lines: readonly string[] | undefined
  readonly says: string | undefined
  readonly example: string
  readonly hint: string
}

function scopes(name: string, { label, lines = [], says, example, hint }: Scopes): Markup {
  const wrong = says !== undefined
  return html`
    <label for=${name}>${label}<span class="optional"> (optional)</span></label>
    <textarea id=${name} name=${name} rows=${Math.max(2, lines.length + 1)} autocomplete="off" autocapitalize="none" spellcheck="false" placeholder=${example} autofocus=${wrong} aria-invalid=${wrong ? 'true' : undefined} aria-describedby=${wrong ? `${name}-problem ${name}-hint` : `${name}-hint`} value=${lines.join('\n')}></textarea>
    ${wrong && html`<p id=${`${name}-problem`} class="problem" role="alert">${says}</p>`}
    <p id=${`${name}-hint`} class="hint">${hint}</p>`
}
