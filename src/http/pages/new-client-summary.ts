import type { Registration } from '../../advisor/registration.ts'
import { holdsSecret } from '../../core/client.ts'
import { html, type Markup } from './html.ts'
import type { NewClientPage } from './new-client.ts'

/** What nobody has to type. */
export function newClientSummary({ registration, result, asked, user }: NewClientPage): Markup {
  const { grant_types, response_types, token_endpoint_auth_method, grantwise } = registration
  const [api] = asked.apis
  const rows: readonly (readonly [string, unknown])[] = [
    ['Runs on, acts for', html`<code>${grantwise.runs_on}</code>, <code>${grantwise.acts_for.join(' ')}</code>`],
    ['Grants', codes(grant_types)],
    ...(response_types.length === 0 ? [] : [['Response types', codes(response_types)] as const]),
    [
      'Proves itself by',
      token_endpoint_auth_method === 'none'
        ? html`nothing: it cannot keep a secret${asked.redirects && ', so PKCE protects its codes'}`
        : html`<code>${token_endpoint_auth_method}</code>, ${holdsSecret(token_endpoint_auth_method) ? 'with a secret that is shown once' : 'with the token that its platform gives it'}`,
    ],
    ...(asked.redirects ? [['PKCE', pkceWords(registration)] as const] : []),
    ...(asked.apis.length === 1 && api
      ? [['API', html`<bdi>${api.name}</bdi> <code>${api.audience}</code>`] as const]
      : []),
    ...(asked.apis.length === 0
      ? [
          [
            'API',
            registration.login_only ? 'none: it only wants to know who signs in' : 'none is registered on this server',
          ] as const,
        ]
      : []),
    ...(grantwise.first_party ? [['Consent', 'not asked: it is your own app'] as const] : []),
    ['Owner', html`<bdi>${user.login}</bdi>`],
    ['Held to', html`<code>${result.flow}</code>, rule ${result.rule_id}`],
  ]
  return html`
    <h2>What follows from your answers</h2>
    <dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`
}

function pkceWords({ grantwise, token_endpoint_auth_method }: Registration): string {
  const lenient = grantwise.policy !== 'best-practice' && token_endpoint_auth_method !== 'none'
  return lenient ? 'checked when it is sent' : 'required, S256'
}

function codes(all: readonly string[]): Markup {
  return html`${all.map((it, index) => html`${index > 0 && ', '}<code>${it}</code>`)}`
}
