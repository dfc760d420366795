import { type App, appBadge } from './app-badge.ts'
import { html, type Markup } from './html.ts'
import { layout } from './layout.ts'
import { pathOf, type Site } from './site.ts'

export interface ErrorPage {
  readonly title: string
  /** One or two plain sentences, without details that only an operator should read. */
  readonly happened: string
  readonly who: Mender
  /** What that person can do about it. */
  readonly mend: string
  /** What finds this failure in the log and the audit. */
  readonly reference: string
  readonly app?: App
}

export type Mender = 'user' | 'developer' | 'operator'

const menders: Readonly<Record<Mender, string>> = {
  user: 'What you can do',
  developer: 'For whoever builds the app',
  operator: 'For whoever runs this server',
}

/** What happened, who must act, and what to do next; the same for a stranger as for anybody. */
export function errorPage({ title, happened, who, mend, reference, app }: ErrorPage, site: Site): string {
  return layout(site, {
    title,
    content: html`
      ${app && appBadge(app)}
      <h1>${title}</h1>
      <p>${happened}</p>
      <h2>${menders[who]}</h2>
      <p>${mend}</p>
      ${referenceLine(reference)}`,
  })
}

export interface StatusPage {
  readonly status: 404 | 405 | 500 | 503
  /** Only a failure of the server has one: a wrong address is no event. */
  readonly reference?: string
}

const statuses: Readonly<Record<StatusPage['status'], { readonly title: string; readonly happened: string }>> = {
  404: { title: 'There is no page here', happened: 'The address may be mistyped, or what it led to has moved.' },
  405: {
    title: 'This page cannot be used like that',
    happened:
      'The address exists, but it does not answer to this kind of request. If you came here by reloading a page, go back to the app and start again.',
  },
  500: {
    title: 'Something went wrong on this server',
    happened: 'It is not because of anything you did. Go back to the app and try again.',
  },
  503: {
    title: 'This server is busy',
    happened: 'It cannot take more work right now. Wait a minute, then go back to the app and try again.',
  },
}

/** The answer at an address that has nothing better to say, with links to what is here. */
export function statusPage({ status, reference }: StatusPage, site: Site): string {
  const { title, happened } = statuses[status]
  return layout(site, {
    title,
    content: html`
      <h1>${title}</h1>
      <p>${happened}</p>
      <h2>What is here</h2>
      <ul class="plain">
        <li><a href=${pathOf(site, '/')}>About this server</a></li>
        <li><a href=${pathOf(site, '/.well-known/openid-configuration')}>Its discovery document</a></li>
      </ul>
      ${reference && html`<h2>${menders.operator}</h2><p>The log has the details under this reference.</p>`}
      ${reference && referenceLine(reference)}`,
  })
}

function referenceLine(reference: string): Markup {
  return html`<p class="reference">Reference <code>${reference}</code></p>`
}
