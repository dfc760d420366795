import { type Flow, familyOf } from '../../advisor/flows.ts'
import { html, type Markup } from './html.ts'

/** Why a flow cannot be had on this server: what was withdrawn is off, anything else is not there yet. */
export function lackingTitle({ retired }: Flow): string {
  return retired === undefined ? 'This server cannot run this flow yet' : 'This flow is off on this server'
}

export function lacking(flow: Flow, missing: readonly string[]): Markup {
  if (flow.retired !== undefined)
    return html`<p class="message information">${lackingTitle(flow)}, since it is withdrawn. Whoever runs the server can switch it on for old clients: <code>--allow ${familyOf(flow.id)}</code>.</p>`
  const members = missing.map((it, index) => html`${index > 0 && ', '}<code>${it}</code>`)
  return html`<p class="message information">${lackingTitle(flow)}: it lacks ${members}. The advice holds all the same, for a server that can.</p>`
}
