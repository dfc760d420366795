import type { Drift } from '../../advisor/drift.ts'
import { findFlow } from '../../advisor/flows.ts'
import type { Client } from '../../core/client.ts'
import { html, type Markup } from './html.ts'

/** What a client is registered for: the flow that its advice names, or its grants. */
export function flowMarkup({ grantwise: { advice }, grant_types }: Pick<Client, 'grantwise' | 'grant_types'>): Markup {
  const flow = findFlow(advice?.['flow'])
  if (flow !== undefined) return html`${flow.name}`
  return html`${grant_types.map((it, index) => html`${index > 0 && ', '}<code>${it.replace(/^urn:ietf:params:oauth:grant-type:/, '')}</code>`)}`
}

/** What an administrator should look at, each in two or three words. */
export function marks(
  {
    drift,
    retired,
    retired_until,
  }: {
    readonly drift: Drift | undefined
    readonly retired: boolean
    readonly retired_until: number | undefined
  },
  now: number,
): Markup {
  return html`
    ${drift !== undefined && html`<span class="tag drift">drifted</span>`}
    ${retired && html`<span class="tag">${sunsetWords(retired_until, now)}</span>`}`
}

function sunsetWords(until: number | undefined, now: number): Markup {
  if (until === undefined) return html`retired flow`
  return until <= now ? html`retired flow, ended ${dayMarkup(until)}` : html`retired flow, ends ${dayMarkup(until)}`
}

/** A day (UTC) in seconds since 1970, as forms and files have it. */
export function dayOf(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 10)
}

export function dayMarkup(time: number): Markup {
  return html`<time datetime=${dayOf(time)}>${dayOf(time)}</time>`
}
