import type { Compared } from '../../advisor/explain/comparisons.ts'
import { type Explanation, explain } from '../../advisor/explain/index.ts'
import type { Mender, Words } from '../../advisor/explain/words.ts'
import type { ErrorId } from '../../core/reasons.ts'
import { errorStylesheet } from '../assets/index.ts'
import { type App, appBadge } from './app-badge.ts'
import { comparedMarkup } from './comparison.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { ruleMarkup } from './rule.ts'
import { pathOf, type Site } from './site.ts'

export const menders: Readonly<Record<Mender, string>> = {
  user: 'What you can do',
  developer: 'For whoever builds the app',
  operator: 'For whoever runs this server',
}

export interface ErrorPage extends Words {
  /** What finds this failure again: in the log, the journeys and the look-up. */
  readonly reference: string
  readonly app?: App
  /** The reason whose page says more: the one that a stranger may know. */
  readonly more?: ErrorId
  /** For those who may see them. */
  readonly details?: Details
}

export interface Details {
  /** Who may see them. */
  readonly viewer: 'owner' | 'admin'
  readonly explanation: Explanation
  readonly compared: Compared
  /** When this page is written, in seconds since 1970. */
  readonly now: number
  /** The advisor, with the answers that the app is held to. */
  readonly answers?: string | undefined
}

/** What happened, who must act, and what to do next; for those who may see them, the details, the difference first. */
export function errorPage(page: ErrorPage, site: Site): string {
  const { happened, who, mend, reference, app, more, details } = page
  const title = details?.compared.headline ?? page.title
  return layout(site, {
    title,
    ...(details ? { broad: errorStylesheet } : {}),
    content: html`
      ${app && appBadge(app)}
      <h1>${title}</h1>
      <p>${happened}</p>
      ${more !== undefined && who !== 'user' && html`<p>There is nothing for you to mend, and your account is fine. Tell whoever ${who === 'developer' ? 'makes the app' : 'runs this server'}, with the reference below.</p>`}
      ${details && comparedMarkup(details.compared, details.now)}
      <h2>${menders[who]}</h2>
      <p>${mend}</p>
      ${details?.answers !== undefined && html`<p><a href=${details.answers}>Look at the answers, and change one</a></p>`}
      ${more !== undefined && html`<p><a href=${pathOf(site, `/errors/${more}`)}>More about this</a></p>`}
      ${details && reasonFacts(details.explanation, site)}
      ${referenceLine(reference)}
      ${referenceUse(page, site)}`,
  })
}

/** What a reference is good for: to be passed on, or to come back by. */
function referenceUse({ reference, details }: ErrorPage, site: Site): Markup {
  const lookup = pathOf(site, `/errors/lookup?reference=${encodeURIComponent(reference)}`)
  if (!details)
    return html`<p class="small">Give this reference to whoever runs the app or this server: signed in here, they <a href=${lookup}>see the details</a>.</p>`
  return html`
    <p class="small"><a href=${lookup}>These details</a> stay under this reference for a while.</p>
    ${details.viewer === 'admin' && html`<p class="small">Everything that led here, in a terminal where the server runs: <code>npx grantwise journeys ${reference}</code></p>`}`
}

/** A reason by its names: ours, the protocol’s, and the rule’s. */
export function reasonFacts({ id, error, rule }: Pick<Explanation, 'id' | 'error' | 'rule'>, site?: Site): Markup {
  return html`
    <dl class="facts">
      <dt>Reason</dt>
      <dd>${site ? html`<a href=${pathOf(site, `/errors/${id}`)}><code>${id}</code></a>` : html`<code>${id}</code>`}</dd>
      <dt>Error code</dt>
      <dd><code>${error}</code></dd>
      <dt>Rule</dt>
      <dd>${ruleMarkup(rule)}</dd>
    </dl>`
}

export interface StatusPage {
  readonly status: 404 | 405 | 500 | 503
  /** Only a failure of the server has one: a wrong address is no event. */
  readonly reference?: string
}

const statusReasons = {
  404: 'path-unknown',
  405: 'method-not-allowed',
  500: 'server-failed',
  503: 'server-busy',
} as const

/** The answer at an address that has nothing better to say, with links to what is here. */
export function statusPage({ status, reference }: StatusPage, site: Site): string {
  const reason = statusReasons[status]
  const { title, happened } = explain(reason)
  return layout(site, {
    title,
    content: html`
      <h1>${title}</h1>
      <p>${happened}</p>
      <h2>What is here</h2>
      <ul class="plain">
        <li><a href=${pathOf(site, '/')}>About this server</a></li>
        <li><a href=${pathOf(site, '/.well-known/openid-configuration')}>Its discovery document</a></li>
        <li><a href=${pathOf(site, `/errors/${reason}`)}>More about this error</a></li>
      </ul>
      ${reference !== undefined && html`<h2>${menders.operator}</h2><p>The log has the details under the reference. If you do not run this server, give it to whoever does.</p>`}
      ${reference !== undefined && referenceLine(reference)}`,
  })
}

function referenceLine(reference: string): Markup {
  return html`<p class="reference">Reference <code>${reference}</code></p>`
}
