import { type Client, isPublic } from '../../core/client.ts'
import type { ResourceServer } from '../../core/resource-server.ts'
import { html, type Markup, webAddress } from './html.ts'
import { when } from './when.ts'

export interface ClientFacts {
  readonly client: Client
  readonly apis: readonly ResourceServer[]
  readonly last_used_at: number | undefined
  readonly now: number
}

type Row = readonly [name: string, value: Markup | string]

/** What a client is registered for. */
export function clientFacts(facts: ClientFacts): Markup {
  return html`
    <section aria-labelledby="registered">
      <h2 id="registered">What it is registered for</h2>
      <dl class="rows">${rowsOf(facts).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    </section>`
}

function rowsOf({ client, apis, last_used_at, now }: ClientFacts): readonly Row[] {
  const { grantwise, grant_types, response_types, redirect_uris, post_logout_redirect_uris, scope } = client
  const links = [client.client_uri, client.policy_uri, client.tos_uri].flatMap(it => webAddress(it) ?? [])
  return [
    ['Last used', last_used_at === undefined ? 'never, as far as is remembered' : when(last_used_at, now)],
    [
      'Runs on, acts for',
      html`${grantwise.runs_on}, ${grantwise.acts_for.join(' and ')}${grantwise.first_party ? '; your own app, so no consent is asked for' : ''}`,
    ],
    ['Grants', codes(grant_types)],
    ...(response_types.length === 0 ? [] : [['Response types', codes(response_types)] as const]),
    ['Proves itself by', proof(client)],
    ...(response_types.includes('code')
      ? [['PKCE', grantwise.pkce === 'required' ? 'required, S256' : 'checked when it is sent'] as const]
      : []),
    ...(redirect_uris.length === 0 ? [] : [['Redirect URIs', lines(redirect_uris)] as const]),
    ...(post_logout_redirect_uris.length === 0
      ? []
      : [['After signing out', lines(post_logout_redirect_uris)] as const]),
    ['Scope', scope === '' ? 'none' : codes(scope.split(' '))],
    ['APIs', grantwise.audiences.length === 0 ? 'none' : html`${grantwise.audiences.map(it => api(it, apis))}`],
    ...(grant_types.includes('refresh_token') ? [['Refresh tokens', lifetimes(client)] as const] : []),
    ...(grantwise.web_origins.length === 0 ? [] : [['Its pages', lines(grantwise.web_origins)] as const]),
    [
      'Owners',
      grantwise.owners.length === 0
        ? 'nobody: only administrators see this page'
        : html`${grantwise.owners.map((it, index) => html`${index > 0 && ', '}<bdi>${it}</bdi>`)}`,
    ],
    ...(links.length === 0
      ? []
      : [
          [
            'Links',
            html`${links.map(it => html`<a class="line" href=${it.href} rel="noreferrer">${it.href}</a>`)}`,
          ] as const,
        ]),
  ]
}

function proof({ grantwise: { federated }, ...client }: Client): Markup {
  if (isPublic(client)) return html`nothing: it is public, and holds no secret`
  if (federated) return html`a token of <code>${federated.issuer}</code> for <code>${federated.subject}</code>`
  const { secrets, token_endpoint_auth_method } = client
  return html`<code>${token_endpoint_auth_method}</code>${secrets.length > 1 && ', with two secrets, one of them on its way out'}`
}

function lifetimes({ grantwise: { refresh_rotation, refresh_idle_ttl, refresh_max_ttl } }: Client): string {
  const used = refresh_rotation ? 'each good for one use' : 'not rotated'
  return `${used}; ${span(refresh_idle_ttl)} unused, ${span(refresh_max_ttl)} at most`
}

/** Seconds as people say them. */
function span(seconds: number): string {
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const
  const [unit, length] = units.find(([, length]) => seconds >= length && seconds % length === 0) ?? ['second', 1]
  const count = seconds / length
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

function api(audience: string, apis: readonly ResourceServer[]): Markup {
  const name = apis.find(it => it.audience === audience)?.name ?? audience
  return html`<span class="line">${name !== audience && html`<bdi>${name}</bdi> `}<code>${audience}</code></span>`
}

function codes(all: readonly string[]): Markup {
  return html`${all.map((it, index) => html`${index > 0 && ', '}<code>${it}</code>`)}`
}

function lines(all: readonly string[]): Markup {
  return html`${all.map(it => html`<code class="line">${it}</code>`)}`
}
