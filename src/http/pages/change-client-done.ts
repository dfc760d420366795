import type { ClientEntry } from '../../admin/client-entry.ts'
import { findFlow } from '../../advisor/flows.ts'
import { advisorStylesheet, appsStylesheet, clientStylesheet } from '../assets/index.ts'
import { appName, nameOf } from './app-badge.ts'
import { clientCode } from './client-code.ts'
import { clientPath } from './client-path.ts'
import { consoleFoot } from './console.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { pathOf, type Site } from './site.ts'

/** The secret that an app got by a change: this once, and nowhere else. */
export function changeClientDonePage(client: ClientEntry, client_secret: string, site: Site): string {
  return layout(site, {
    title: `${nameOf(client)} is changed`,
    screen: { stylesheet: advisorStylesheet, also: appsStylesheet, foot: consoleFoot() },
    broad: clientStylesheet,
    content: html`
      <article class="apps">
        <h1>${appName(client)} is changed</h1>
        <div class="secret-once"><p class="kicker">client_secret</p><code id="client_secret">${client_secret}</code></div>
        <p class="message retired" role="status"><strong>Copy the secret now.</strong> It is shown this once; the server keeps only its hash. Put it where the app runs, in its environment or a vault, never in its code.</p>
        <p class="next"><a class="button" href=${pathOf(site, clientPath(client.client_id))}>Go to the app</a></p>
        ${clientCode(client, findFlow(client.grantwise.advice?.['flow'])?.id, site, { client_secret })}
      </article>`,
  })
}
