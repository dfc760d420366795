import type { ClientUse } from '../../admin/ports.ts'
import type { Drift } from '../../advisor/drift.ts'
import { findFlow } from '../../advisor/flows.ts'
import type { StoredAdvice } from '../../advisor/stored-advice.ts'
import type { Client } from '../../core/client.ts'
import type { ResourceServer } from '../../core/resource-server.ts'
import { advisorStylesheet, appsStylesheet, clientStylesheet } from '../assets/index.ts'
import type { Migration } from '../migrate-client.ts'
import { appName, nameOf } from './app-badge.ts'
import { clientAdvice, driftMessage } from './client-advice.ts'
import { clientCode } from './client-code.ts'
import { clientFacts } from './client-facts.ts'
import { flowMarkup, marks } from './client-marks.ts'
import { clientRetired } from './client-retired.ts'
import { consoleFoot } from './console.ts'
import type { FormTarget } from './form.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import type { Site } from './site.ts'

const news = {
  changed: 'The app is changed. Tokens by what it had before end as this page said.',
  before: 'That was done before, and nothing was done now.',
  sunset: 'The day is set.',
  open: 'No day is set any more.',
  expired: 'That page was open for too long to be safe. Nothing was changed: do it again here.',
} as const

export type ClientNews = keyof typeof news

export function isClientNews(text: string | undefined): text is ClientNews {
  return text !== undefined && Object.hasOwn(news, text)
}

export interface ClientPage {
  readonly client: Client
  readonly advice: StoredAdvice | null
  readonly drift: Drift | undefined
  readonly apis: readonly ResourceServer[]
  readonly use: ClientUse
  readonly migration: Migration | undefined
  /** Nothing for whoever may only look. */
  readonly sunset: FormTarget | undefined
  readonly notADay: boolean
  /** The advisor with what is known of this client, there to change it. */
  readonly change: string
  /** What following the rules of today would do to it. */
  readonly update: string
  /** What following best practice would. */
  readonly migrate: string
  readonly now: number
  readonly done: ClientNews | undefined
}

/** One registered app: what it is, by which advice, what speaks against that today, and how it moves on. */
export function clientPage(page: ClientPage, site: Site): string {
  const { client, advice, drift, migration, use, apis, change, now, done } = page
  const { retired_until } = client.grantwise
  return layout(site, {
    title: nameOf(client),
    screen: { stylesheet: advisorStylesheet, also: appsStylesheet, foot: consoleFoot() },
    broad: clientStylesheet,
    content: html`
      <article class="apps">
        <header>
          <h1>${appName(client)}</h1>
          <p class="flow"><strong>${flowMarkup(client)}</strong> <code>${client.client_id}</code> ${marks({ drift, retired: migration !== undefined, retired_until }, now)}</p>
          <p class="next"><a class="button" href=${change}>Change the answer</a></p>
        </header>
        ${done && html`<p class="message information" role="status">${news[done]}</p>`}
        ${drift && advice && driftMessage(drift, advice, drift.what === 'question' ? change : page.update)}
        ${migration && clientRetired({ ...page, migration })}
        ${clientFacts({ client, apis, last_used_at: use.last_used_at, now })}
        ${clientAdvice(advice, change)}
        ${clientCode(client, findFlow(advice?.flow)?.id, site)}
      </article>`,
  })
}
