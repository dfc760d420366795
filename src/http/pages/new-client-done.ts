import type { AdvisedClient } from '../../admin/advised-client.ts'
import type { RegisteredClient } from '../../admin/register-advised.ts'
import type { Result } from '../../advisor/advise.ts'
import { type Flow, flowOf } from '../../advisor/flows.ts'
import { type Client, holdsSecret } from '../../core/client.ts'
import { paths } from '../../core/endpoints/paths.ts'
import type { ResourceServer } from '../../core/resource-server.ts'
import { clientStylesheet } from '../assets/index.ts'
import { type AdvisorState, addressOf, newClientPath } from './advisor-state.ts'
import { type App, appName, nameOf } from './app-badge.ts'
import { clientCode } from './client-code.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { pathOf, type Site } from './site.ts'

export interface NewClientDonePage extends RegisteredClient {
  readonly result: Result
  readonly apis: readonly ResourceServer[]
}

/** What an app is configured with: its secret this once, and nowhere else. */
export function newClientDonePage(page: NewClientDonePage, site: Site): string {
  const { client, warnings, result } = page
  const { client_secret } = client
  const flow = flowOf(result.flow)
  return layout(site, {
    title: `${nameOf(client)} is registered`,
    broad: clientStylesheet,
    content: html`
      <h1>${appName(client)} is registered</h1>
      <dl class="credentials">
        <div><dt><code>client_id</code></dt><dd><code>${client.client_id}</code></dd></div>
        ${client_secret !== undefined && html`<div class="secret"><dt><code>client_secret</code></dt><dd><code id="client_secret">${client_secret}</code></dd></div>`}
      </dl>
      ${
        client_secret === undefined
          ? withoutSecret(client, flow)
          : html`<p class="message retired" role="status"><strong>Copy the secret now.</strong> It is shown this once; the server keeps only its hash. Put it where the app runs, in its environment or a vault, never in its code.</p>`
      }
      ${warnings.length > 0 && html`<ul class="message information">${warnings.map(text => html`<li>${text}</li>`)}</ul>`}
      <h2>Configure the app with</h2>
      <dl class="facts">${configuration(client, site).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
      ${clientCode(client, result.flow, site, client_secret === undefined ? {} : { client_secret })}
      <p class="small">You are its owner: when something of it is refused, you see the details. It is held to <code>${result.flow}</code>; another flow needs another answer of the advisor.</p>
      <p class="links"><a href=${pathOf(site, '/')}>Register another app</a> <a href=${pathOf(site, '/account')}>Your account</a></p>`,
  })
}

function withoutSecret({ grantwise: { federated } }: AdvisedClient, { pkce }: Flow): Markup {
  if (federated === undefined) {
    return html`<p>It has no secret: whoever holds a copy of the app would find it.${pkce && ' PKCE protects its sign-ins.'}</p>`
  }
  return html`<p>It has no secret, and nothing to leak: a token of <code>${federated.issuer}</code> for <code>${federated.subject}</code> proves it, made for this server’s issuer and used once.</p>`
}

function configuration(client: AdvisedClient, site: Site): readonly (readonly [string, unknown])[] {
  const { redirect_uris, scope, grantwise, token_endpoint_auth_method } = client
  return [
    ['Issuer', html`<code>${site.issuer}</code>`],
    [
      'Discovery',
      html`<a href=${pathOf(site, paths.openid_configuration)}><code>${pathOf(site, paths.openid_configuration)}</code></a>`,
    ],
    ...(redirect_uris.length === 0
      ? []
      : [[redirect_uris.length === 1 ? 'Redirect URI' : 'Redirect URIs', lines(redirect_uris)] as const]),
    ['Scope', scope === '' ? 'none' : html`<code>${scope}</code>`],
    ...(grantwise.audiences.length === 0 ? [] : [['Resource', lines(grantwise.audiences)] as const]),
    ['Authentication', html`<code>${token_endpoint_auth_method}</code>`],
    ...(grantwise.federated ? [['Platform’s token: aud', html`<code>${site.issuer}</code>`] as const] : []),
  ]
}

function lines(all: readonly string[]): Markup {
  return html`${all.map(it => html`<code class="line">${it}</code>`)}`
}

export interface NewClientDoneBeforePage {
  /** Nothing when it is gone again. */
  readonly client: (App & Pick<Client, 'token_endpoint_auth_method'>) | undefined
  readonly state: AdvisorState
}

/** The answer to the same page once more, as a reload sends it: nothing was made, and no secret is shown. */
export function newClientDoneBeforePage({ client, state }: NewClientDoneBeforePage, site: Site): string {
  return layout(site, {
    title: 'Registered before',
    broad: clientStylesheet,
    content: html`
      <h1>This form was sent before</h1>
      ${
        client
          ? html`
            <p>It registered ${appName(client)} the first time, and nothing was done now.</p>
            <dl class="credentials"><div><dt><code>client_id</code></dt><dd><code>${client.client_id}</code></dd></div></dl>
            ${holdsSecret(client.token_endpoint_auth_method) && html`<p>Its secret was shown then, once only. If nobody has it, register the app again.</p>`}`
          : html`<p>The app that it registered is gone again, and nothing was done now.</p>`
      }
      <p><a href=${addressOf(state, site, newClientPath)}>Register an app by the same answers</a></p>`,
  })
}
