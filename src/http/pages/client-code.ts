import type { FlowId } from '../../advisor/flows.ts'
import { type ClientCode, codeFor } from '../../snippets/code-for.ts'
import type { CodeClient, Snippet } from '../../snippets/snippet.ts'
import { html, type Markup } from './html.ts'
import type { Site } from './site.ts'

/**
 * The code by which a client gets its first token, for each stack that fits it; one is open at a time. Its secret is in
 * the `.env` only where it is given, on the page that shows it this once. Among several, `among` is the id of its
 * app’s heading.
 */
export function clientCode(
  client: CodeClient,
  flow: FlowId | undefined,
  site: Pick<Site, 'issuer'>,
  { client_secret, among }: { readonly client_secret?: string; readonly among?: string } = {},
): Markup {
  const code = codeFor({ issuer: site.issuer, client, flow }, client_secret)
  const heading = `code-${client.client_id}`
  return html`
    <section class="section code" aria-labelledby=${among === undefined ? heading : `${heading} ${among}`}>
      <h2 id=${heading}>Code for your stack</h2>
      ${code.remarks.map(text => html`<p>${text}</p>`)}
      ${settings(code, client_secret)}
      ${stacks(code, `stack-${client.client_id}`, true)}
    </section>`
}

function settings({ env, snippets }: ClientCode, client_secret: string | undefined): Markup | false {
  if (snippets.length === 0) return false
  if (env === undefined) return html`<p>It keeps nothing secret, so there are no settings to hide.</p>`
  const keep = env.includes('CLIENT_SECRET=')
    ? client_secret === undefined
      ? 'Put the secret that was shown once into a file'
      : 'Keep the secret in a file'
    : 'Name the file of its key in a file'
  return html`
    <p>${keep} <code>.env</code>, beside any of the files below:</p>
    <pre tabindex="0"><code>${env}</code></pre>`
}

/** Each stack, to be opened; no two of a group are open at once. */
export function stacks({ snippets }: ClientCode, group: string, firstOpen: boolean): Markup | false {
  if (snippets.length === 0) return false
  return html`<div class="stacks">${snippets.map((it, at) => stack(it, group, firstOpen && at === 0))}</div>`
}

function stack({ name, language, file, install, run, text }: Snippet, group: string, open: boolean): Markup {
  return html`
    <details name=${group} open=${open}>
      <summary><span class="stack">${name}</span> <span class="language">${language}</span></summary>
      <dl>
        ${install !== undefined && html`<dt>Install</dt><dd><code>${install}</code></dd>`}
        <dt>Save as</dt><dd><code>${file}</code></dd>
        <dt>Run</dt><dd><code>${run}</code></dd>
      </dl>
      <pre tabindex="0"><code>${text}</code></pre>
    </details>`
}
