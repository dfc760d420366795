import type { AdvisedClient } from '../../admin/advised-client.ts'
import type { TypedApi } from '../../admin/new-api.ts'
import type { RegisteredClient } from '../../admin/register-advised.ts'
import type { Result } from '../../advisor/advise.ts'
import { type Flow, flowOf } from '../../advisor/flows.ts'
import { type Client, holdsSecret } from '../../core/client.ts'
import { paths } from '../../core/endpoints/paths.ts'
import { clientStylesheet } from '../assets/index.ts'
import { commandOf, type KnownToCommand } from './advisor-register.ts'
import { type AdvisorState, addressOf, newClientPath } from './advisor-state.ts'
import { type App, appName, nameOf } from './app-badge.ts'
import { clientCode } from './client-code.ts'
import { clientPath, clientsPath } from './client-path.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { suffixAt } from './new-client-fields.ts'
import { pathOf, type Site } from './site.ts'

export interface NewClientDone extends RegisteredClient {
  readonly result: Result
}

/** What the apps are configured with: their secrets this once, and nowhere else. */
export function newClientDonePage(all: readonly NewClientDone[], api: TypedApi | undefined, site: Site): string {
  const [first] = all
  const title =
    all.length === 1 && first ? `${nameOf(first.client)} is registered` : `${all.length} apps are registered`
  return layout(site, {
    title,
    broad: clientStylesheet,
    content: html`
      ${all.length === 1 && first ? html`<h1>${appName(first.client)} is registered</h1>${registered(first, site, { suffix: '', several: false, api })}` : html`<h1>${title}</h1>${contents(all)}${all.map((it, index) => among(it, site, suffixAt(index)))}`}
      ${api && newApi(api, site)}
      <p class="small">You are ${all.length === 1 ? 'its' : 'their'} owner: when something of ${all.length === 1 ? 'it' : 'them'} is refused, you see the details.</p>
      <p class="links"><a href=${pathOf(site, first && all.length === 1 ? clientPath(first.client.client_id) : clientsPath)}>${all.length === 1 ? 'The page of the app' : 'Your apps'}</a> <a href=${pathOf(site, '/')}>Register another app</a> <a href=${pathOf(site, '/account')}>Your account</a></p>`,
  })
}

/** The API that was registered with them, and what it must do with what the apps send. */
function newApi({ audience, name }: TypedApi, site: Site): Markup {
  return html`
    <section class="app" aria-labelledby="new-api">
      <h2 id="new-api"><bdi>${name}</bdi> is registered too</h2>
      <p>The API takes a token only if its <code>aud</code> is the API’s own address, its <code>iss</code> is this server, and its signature is by a key of this server.</p>
      <dl class="facts">
        <dt>aud</dt><dd><code>${audience}</code></dd>
        <dt>iss</dt><dd><code>${site.issuer}</code></dd>
        <dt>Keys</dt><dd><a href=${pathOf(site, paths.jwks)}><code>${pathOf(site, paths.jwks)}</code></a></dd>
      </dl>
    </section>`
}

/** Where each of several is on the page. */
function contents(all: readonly NewClientDone[]): Markup {
  return html`<ul class="contents">${all.map(({ client }) => html`<li><a href=${`#${client.client_id}`}>${appName(client)}</a></li>`)}</ul>`
}

function among(page: NewClientDone, site: Site, suffix: string): Markup {
  const { client_id } = page.client
  return html`
    <section class="app" aria-labelledby=${client_id}>
      <h2 id=${client_id}>${appName(page.client)}</h2>
      ${registered(page, site, { suffix, several: true, api: undefined })}
    </section>`
}

interface Shown {
  readonly suffix: string
  readonly several: boolean
  /** The API that came with it, and with no other. */
  readonly api: TypedApi | undefined
}

function registered({ client, warnings, result }: NewClientDone, site: Site, { suffix, several, api }: Shown): Markup {
  const { client_secret } = client
  const known = knownOf(client, api)
  return html`
    <dl class="credentials">
      <div><dt><code>client_id</code></dt><dd><code>${client.client_id}</code></dd></div>
      ${client_secret !== undefined && html`<div class="secret"><dt><code>client_secret</code></dt><dd><code id=${`client_secret${suffix}`}>${client_secret}</code></dd></div>`}
    </dl>
    ${
      client_secret === undefined
        ? withoutSecret(client, flowOf(result.flow))
        : html`<p class="message retired" role="status"><strong>Copy the secret now.</strong> It is shown this once; the server keeps only its hash. Put it where the app runs, in its environment or a vault, never in its code.</p>`
    }
    ${warnings.length > 0 && html`<ul class="message information">${warnings.map(text => html`<li>${text}</li>`)}</ul>`}
    <h2>Configure the app with</h2>
    <dl class="facts">${configuration(client, site).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
    ${clientCode(client, result.flow, site, { ...(client_secret === undefined ? {} : { client_secret }), ...(several ? { among: client.client_id } : {}) })}
    <details>
      <summary>The same as a command</summary>
      <p>Where another server runs, this registers an app like it, without an owner.${known.audiences.length > 0 && ' What it calls must be registered there.'}</p>
      <pre tabindex="0"><code>${commandOf(result, known)}</code></pre>
    </details>
    <p class="small">It is held to <code>${result.flow}</code>; another flow needs another answer of the advisor.</p>`
}

/** An API that came with the app comes with it there, too. */
function knownOf({ client_name, redirect_uris, grantwise }: AdvisedClient, api: TypedApi | undefined) {
  const { federated, network_policy: network } = grantwise
  const audiences = grantwise.audiences.filter(it => it !== api?.audience)
  return { client_name, redirect_uris, audiences, api, federated, network } satisfies KnownToCommand
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
  /** None when they are gone again. */
  readonly clients: readonly (App & Pick<Client, 'client_id' | 'token_endpoint_auth_method'>)[]
  readonly state: AdvisorState
}

/** The answer to the same page once more, as a reload sends it: nothing was made, and no secret is shown. */
export function newClientDoneBeforePage({ clients, state }: NewClientDoneBeforePage, site: Site): string {
  const secret = clients.some(it => holdsSecret(it.token_endpoint_auth_method))
  return layout(site, {
    title: 'Registered before',
    broad: clientStylesheet,
    content: html`
      <h1>This form was sent before</h1>
      ${
        clients.length > 0
          ? html`
            <p>It registered ${clients.map((client, index) => html`${index > 0 && ', '}${appName(client)}`)} the first time, and nothing was done now.</p>
            <dl class="credentials">${clients.map(({ client_id }) => html`<div><dt><code>client_id</code></dt><dd><code>${client_id}</code></dd></div>`)}</dl>
            ${secret && html`<p>Its secret was shown then, once only. If nobody has it, register the app again.</p>`}`
          : html`<p>What it registered is gone again, and nothing was done now.</p>`
      }
      <p><a href=${addressOf(state, site, newClientPath)}>Register an app by the same answers</a></p>`,
  })
}
