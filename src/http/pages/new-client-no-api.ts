import { clientStylesheet } from '../assets/index.ts'
import { type AdvisorState, addressOf, newClientPath } from './advisor-state.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import type { Site } from './site.ts'

/** The smallest API that a program can have a token for. */
const described = {
  resource_servers: [
    {
      audience: 'https://api.example.com',
      name: 'Example API',
      scopes: { 'catalog:read': { description: 'Read the catalog', requires_user: false } },
    },
  ],
}

export interface NoApiPage {
  readonly state: AdvisorState
  /** What it is called among several. */
  readonly name: string | undefined
}

/** A program that acts for itself has tokens for an API, and there is none: who registers one, and how. */
export function noApiPage({ state, name }: NoApiPage, site: Site): string {
  return layout(site, {
    title: 'Register an API first',
    broad: clientStylesheet,
    content: html`
      <h1>Register an API first</h1>
      <p>${name === undefined ? 'This app' : html`<bdi>${name}</bdi>`} acts for itself, so all that it can do is call an API. None is registered on this server: the app could get no token. Nothing is registered yet, and your answers are kept.</p>
      <ol>
        <li>
          <p>Whoever runs the server saves this as <code>api.json</code>, with the address of your API as its <code>audience</code>, and what can be done there as its <code>scopes</code>:</p>
          <pre tabindex="0"><code>${JSON.stringify(described, null, 2)}</code></pre>
        </li>
        <li>
          <p>They run this where the server runs. It goes on running:</p>
          <pre tabindex="0"><code>npx grantwise apply api.json</code></pre>
        </li>
        <li><p>Then go on here: <a href=${addressOf(state, site, newClientPath)}>Try again</a>, with the same answers.</p></li>
      </ol>
      <p><a href=${addressOf(state, site)}>Back to the advice</a></p>`,
  })
}
