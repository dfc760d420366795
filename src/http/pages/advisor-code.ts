import type { Result } from '../../advisor/advise.ts'
import { type Registration, registrationOf } from '../../advisor/registration.ts'
import type { RunsOn } from '../../core/client.ts'
import { codeFor } from '../../snippets/code-for.ts'
import type { CodeClient } from '../../snippets/snippet.ts'
import { stacks } from './client-code.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

/** What the code will look like, before there is a client: its id and addresses stand in for those to come. */
export function advisorCode(result: Result, site: Pick<Site, 'issuer'>): Markup | false {
  const registration = registrationOf(result)
  if (registration === undefined) return false
  const client = standIn(registration)
  const code = codeFor({ issuer: site.issuer, client, flow: result.flow })
  return html`
    <section class="code" aria-labelledby="code">
      <h2 id="code">Code for it</h2>
      ${code.remarks.map(text => html`<p>${text}</p>`)}
      ${code.snippets.length > 0 && html`<p>Once it is registered you get this filled in${code.env !== undefined && html`, with the <code>.env</code> that holds its secret`}. It runs in the tests of Grantwise as it is shown.</p>`}
      ${stacks(code, 'stack', false)}
    </section>`
}

/** Where such code usually listens. */
const addresses: Partial<Record<RunsOn, string>> = {
  server: 'http://127.0.0.1:3000/callback',
  browser: 'http://127.0.0.1:5173/callback',
}

function standIn({ grant_types, response_types, token_endpoint_auth_method, login_only, grantwise }: Registration) {
  const { runs_on, acts_for, policy, advice } = grantwise
  const signsIn = acts_for.includes('user')
  const offline = grant_types.includes('refresh_token') ? ' offline_access' : ''
  return {
    client_id: 'your-client-id',
    redirect_uris: response_types.length > 0 ? [addresses[runs_on] ?? 'http://127.0.0.1/callback'] : [],
    grant_types,
    token_endpoint_auth_method,
    scope: signsIn ? `openid profile email${offline}${login_only ? '' : ' scopes-of-your-api'}` : '',
    grantwise: {
      runs_on,
      policy,
      audiences: login_only ? [] : ['https://api.example.com'],
      ...(advice.flow === 'client_credentials:federated' ? { federated: { issuer: 'https://ci.example.com' } } : {}),
    },
  } satisfies CodeClient
}
