import { columns, type FlowRow } from '../../advisor/flow-rows.ts'
import { advisorStylesheet } from '../assets/index.ts'
import { advisorFoot } from './advisor-foot.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { ruleMarkup } from './rule.ts'
import { pathOf, type Site } from './site.ts'

/** Spotify's table of what each flow can do, every other flow in the same columns, and what each of them sends. */
export function flowsPage(rows: readonly FlowRow[], site: Site): string {
  const guide = rows.filter(it => it.in_guide)
  const others = rows.filter(it => !it.in_guide)
  return layout(site, {
    title: 'What each flow can do',
    findable: true,
    screen: { stylesheet: advisorStylesheet, foot: advisorFoot(site) },
    content: html`
      <article class="flows">
        <p class="kicker">Flows of this server</p>
        <h1 class="question">What each flow can do</h1>
        <p class="lead">What an app gets by each flow of this server, and what it needs for it. Behind every cell is a test that runs the flow and looks.</p>
        <p class="next"><a class="button" href=${pathOf(site, '/')}>Which one fits my app?</a></p>
        ${table('guide', 'The four flows of Spotify’s guide', guide)}
        ${others.length > 0 && table('others', 'Every other flow', others)}
        <section aria-labelledby="columns">
          <h2 id="columns">What the columns say</h2>
          <dl class="rows">
            <div><dt>Access user resources</dt><dd>Yes: its access token opens <code>/userinfo</code> and what an API keeps for that person. No: it is refused there, or there is none.</dd></div>
            <div><dt>Requires secret key (server-side)</dt><dd>Yes: only an app that authenticates may use it, by a secret, a key of its own or its platform’s token. No: an app that can keep nothing secret may use it too; one that has a secret still shows it.</dd></div>
            <div><dt>Access token refresh</dt><dd>Yes: with <code>offline_access</code>, where the app and the API may have it, a refresh token comes along. No: none ever does.</dd></div>
          </dl>
        </section>
        <section aria-labelledby="details">
          <h2 id="details">What each of them sends</h2>
          <dl class="rows">${rows.map(details)}</dl>
        </section>
        <p class="next">For programs: <code>GET ${pathOf(site, '/api/flows')}</code>, which names the test of each cell.</p>
      </article>`,
  })
}

function table(id: string, caption: string, rows: readonly FlowRow[]): Markup {
  return html`
    <div class="scrolls" role="region" aria-labelledby=${id} tabindex="0">
      <table>
        <caption id=${id}>${caption}</caption>
        <thead>
          <tr><th scope="col">Flow</th>${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}</tr>
        </thead>
        <tbody>
          ${rows.map(
            row => html`
              <tr>
                <th scope="row">${row.name}${tag(row)}${!row.offered && html`<span class="says">off on this server</span>`}</th>
                ${columns.map(({ id }) => cell(row, id))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}

function tag({ retired }: FlowRow): Markup | false {
  return retired !== null && html` <span class="tag">withdrawn</span>`
}

function cell(row: FlowRow, id: (typeof columns)[number]['id']): Markup {
  const says = row[id] ? 'Yes' : 'No'
  return html`<td class=${says.toLowerCase()}>${says}</td>`
}

/** What goes over the wire, each value by its parameter; then where it is written down, and how it stands here. */
function details(row: FlowRow): Markup {
  const { response_types, grant_types, pkce, spec } = row
  const parameters = [
    ...response_types.map(it => `response_type=${it}`),
    ...(pkce ? ['code_challenge'] : []),
    ...grant_types.map(it => `grant_type=${it}`),
  ]
  return html`
    <div>
      <dt>${row.name}${tag(row)}</dt>
      <dd>
        <p>${list(parameters.map(it => html`<code>${it}</code>`))} (${list(spec.map(ruleMarkup))})</p>
        ${status(row)}
      </dd>
    </div>`
}

function status({ offered, allow, retired }: FlowRow): Markup {
  return html`
    ${retired !== null && html`<p class="caution">Withdrawn by ${ruleMarkup(retired.rule)}: use ${retired.instead}.</p>`}
    ${allow !== null && html`<p>${offered ? html`Allowed on this server (<code>--allow ${allow}</code>).` : html`Off on this server; <code>--allow ${allow}</code> turns it on.`}</p>`}`
}

function list(all: readonly (Markup | string)[]): readonly (Markup | string)[] {
  return all.map((it, index) => html`${index > 0 && ', '}${it}`)
}
