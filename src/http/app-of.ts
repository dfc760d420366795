import type { Client } from '../core/client.ts'
import type { App } from './pages/app-badge.ts'

/** What a page calls the application; there is always a word for it. */
export function appOf(client: Client | undefined): App {
  return client ?? { client_id: 'the app' }
}
