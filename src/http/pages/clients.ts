import type { ListedClient } from '../../admin/ports.ts'
import type { Drift } from '../../advisor/drift.ts'
import { advisorStylesheet, appsStylesheet } from '../assets/index.ts'
import { appName } from './app-badge.ts'
import { flowMarkup, marks } from './client-marks.ts'
import { clientPath, clientsPath } from './client-path.ts'
import { consoleFoot } from './console.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { setUpMessage } from './set-up-message.ts'
import { pathOf, type Site } from './site.ts'
import { when } from './when.ts'

export interface ListedApp {
  readonly client: ListedClient
  readonly drift: Drift | undefined
  readonly retired: boolean
}

export interface ClientsPage {
  readonly apps: readonly ListedApp[]
  /** Everybody's, not only those that the person owns. */
  readonly admin: boolean
  readonly q: string
  /** Whether this page begins behind others. */
  readonly later: boolean
  /** The query of the next page. */
  readonly more: string | undefined
  readonly now: number
  /** Nobody can administer this server yet. */
  readonly setUp: boolean
}

/** Registered apps, each with what it is registered for and what there is to look at. */
export function clientsPage(page: ClientsPage, site: Site): string {
  const { apps, admin, q, later } = page
  return layout(site, {
    title: admin ? 'Apps' : 'Your apps',
    screen: { stylesheet: advisorStylesheet, also: appsStylesheet, foot: consoleFoot() },
    content: html`
      <article class="apps">
        <h1>${admin ? 'Apps' : 'Your apps'}</h1>
        ${page.setUp && setUpMessage(site)}
        ${apps.length === 0 && q === '' && !later ? nothingYet(page, site) : html`${search(page, site)}${apps.length === 0 ? nothingFound(page, site) : table(page, site)}`}
      </article>`,
  })
}

function nothingYet({ admin }: ClientsPage, site: Site): Markup {
  return html`
    <div class="empty">
      <p class="lead">${admin ? 'No app is registered yet.' : 'You own no app here.'}</p>
      <p>${admin ? 'Say in plain words what yours is: the advisor finds the flow that fits, and registers it.' : 'The advisor finds the flow that fits yours. An administrator registers it, and names you as its owner.'}</p>
      <p><a class="button" href=${pathOf(site, '/')}>Ask the advisor</a></p>
    </div>`
}

function search({ q, admin }: ClientsPage, site: Site): Markup {
  return html`
    <form class="search" method="get" action=${pathOf(site, clientsPath)} role="search">
      <label for="q" class="unseen">Name or client_id</label>
      <input id="q" name="q" type="search" value=${q} placeholder="Name or client_id" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="200" />
      <button>Search</button>
      ${admin && html`<a class="button" href=${pathOf(site, '/')}>Register an app</a>`}
    </form>`
}

function nothingFound({ q }: ClientsPage, site: Site): Markup {
  return html`<p class="lead" role="status">${q === '' ? 'That was all of them.' : html`No app is called <q><bdi>${q}</bdi></q>, in whole or in part.`} <a href=${pathOf(site, clientsPath)}>${q === '' ? 'Back to the first' : 'Show all'}</a></p>`
}

function table({ apps, more, later, q, now }: ClientsPage, site: Site): Markup {
  const first = q === '' ? clientsPath : `${clientsPath}?${new URLSearchParams({ q })}`
  return html`
    <table>
      <caption class="unseen">Registered apps</caption>
      <thead><tr><th scope="col">App</th><th scope="col">Flow</th><th scope="col">Policy</th><th scope="col">Last used</th></tr></thead>
      <tbody>${apps.map(app => row(app, now, site))}</tbody>
    </table>
    ${(more || later) && html`<nav class="pages" aria-label="Pages">${later && html`<a href=${pathOf(site, first)}>First page</a>`}${more && html`<a href=${pathOf(site, `${clientsPath}?${more}`)}>Next page</a>`}</nav>`}`
}

function row({ client, drift, retired }: ListedApp, now: number, site: Site): Markup {
  const { retired_until, policy } = client.grantwise
  return html`
    <tr>
      <th scope="row"><a href=${pathOf(site, clientPath(client.client_id))}>${appName(client)}</a><code class="id">${client.client_id}</code></th>
      <td>${flowMarkup(client)} ${marks({ drift, retired, retired_until }, now)}</td>
      <td><span class="says">Policy </span>${policy}</td>
      <td><span class="says">Last used </span>${client.last_used_at === undefined ? 'never' : when(client.last_used_at, now)}</td>
    </tr>`
}
