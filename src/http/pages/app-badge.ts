import type { Client } from '../../core/client.ts'
import { html, type Markup } from './html.ts'

/** What a page shows of the client: people call it an app. */
export type App = Pick<Client, 'client_id' | 'client_name' | 'client_uri' | 'policy_uri' | 'tos_uri'>

/** The app's name as text; its identifier where it registered none. */
export function nameOf(app: App): string {
  return app.client_name?.trim() || app.client_id
}

/** The app's name in a sentence, kept from turning the direction of the text around it. */
export function appName(app: App): Markup {
  return html`<bdi class="app-name">${nameOf(app)}</bdi>`
}

/** The app's initial: nothing is loaded from where the app lives. */
export function appBadge(app: App): Markup {
  return badge(nameOf(app))
}

/** A name's first letter or digit in a square; decoration, since the name itself stands beside it. */
export function badge(name: string, round = false): Markup {
  const initial = name.match(/[\p{L}\p{N}]/u)?.[0].toUpperCase() ?? '?'
  return html`<span class=${round ? 'badge round' : 'badge'} aria-hidden="true">${initial}</span>`
}
